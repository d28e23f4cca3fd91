import NIOCore
import OTLPCodec
import Receivers
import RingStore
import TraceModel

extension Collector: PayloadSink {
  package func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    let arrival = Arrival(transport, byteCount: payload.readableBytes)
    let decoded: DecodedRequest
    switch decode(payload, as: encoding, from: transport) {
    case .decoded(let request): decoded = request
    case .refused(let verdict):
      count { $0.count(arrival, refused: verdict) }
      return answer(PayloadAnswer(verdict, as: encoding, on: transport))
    }
    let verdict = Verdict(decoded)
    // Spares hashing where nothing is stored.
    let fingerprint = decoded.batch.isEmpty ? nil : hasher.fingerprint(of: payload.readableBytesSpan)
    let isAnsweredAtOnce = acknowledgement == .received
    let admission = take(decoded, fingerprint, of: arrival, isAwaited: !isAnsweredAtOnce) { failure in
      if !isAnsweredAtOnce { answer(PayloadAnswer(failure ?? verdict, as: encoding, on: transport)) }
    }
    switch admission {
    case .taken: if isAnsweredAtOnce { answer(PayloadAnswer(verdict, as: encoding, on: transport)) }
    case .empty: answer(PayloadAnswer(verdict, as: encoding, on: transport))
    case .refused(let refusal): answer(PayloadAnswer(refusal, as: encoding, on: transport))
    }
  }

  /// Datagrams go without fingerprints: nobody sends one again. Looking for what never comes would cost more than storing it,
  /// and push the fingerprints of those who do out of the ring's memory.
  package func receive(_ datagrams: Datagrams, from transport: Transport, settled: @escaping @Sendable () -> Void) {
    var arrival = Arrival(transport, byteCount: datagrams.byteCount, payloads: datagrams.ranges.count)
    guard !budget.isFull else {
      count { $0.count(arrival, refused: .overloaded) }
      return settled()
    }
    var (decoded, malformed) = threadDecoder.decode(datagrams.bytes, at: datagrams.ranges)
    prepare(&decoded)
    arrival.malformed = malformed
    if take(decoded, nil, of: arrival, isAwaited: false, answer: { _ in settled() }) != .taken { settled() }
  }

  package func refuse(
    _ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport
  ) -> PayloadAnswer {
    refused(1, refusal, from: transport)
    let verdict = refusal.isRetryable ? Verdict.unavailable(refusal.description) : .malformed(refusal.description)
    return PayloadAnswer(verdict, as: encoding, on: transport)
  }

  package func refused(_ count: Int, _ refusal: Refusal, from transport: Transport) {
    self.count {
      $0.payloadsReceived[transport, default: 0] += UInt64(count)
      $0.payloadsRefused[refusal.reason, default: 0] += UInt64(count)
    }
  }

  package func kernelDropped(_ count: UInt64, from transport: Transport) {
    self.count { $0.kernelDrops[transport, default: 0] += count }
  }

  private enum Decoding {
    case decoded(DecodedRequest)
    case refused(Verdict)
  }

  private func decode(_ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport) -> Decoding {
    if budget.isFull { return .refused(.overloaded) }
    do throws(DecodeError) {
      var decoded =
        switch (transport, encoding) {
        case (.zipkin, .protobuf):
          try ZipkinSpans.decodeProtobuf(payload.readableBytesSpan, limits: requestLimits)
        case (.zipkin, .json): try ZipkinSpans.decodeJSON(payload.readableBytesSpan, limits: requestLimits)
        case (_, .protobuf): try threadDecoder.decode(payload)
        case (_, .json): try OTLPJSON.decode(payload.readableBytesSpan, limits: requestLimits)
        }
      prepare(&decoded)
      return .decoded(decoded)
    } catch {
      return .refused(.malformed(error.description))
    }
  }

  /// What else is done on the thread that reads, because there are more of it than committers.
  private func prepare(_ decoded: inout DecodedRequest) {
    decoded.rejectSpans(over: storedSpanByteCountMax)
    // What cannot be annotated is stored as it is.
    do { try fold?.annotate(&decoded.batch) } catch { return }
  }

  private var threadDecoder: ThreadDecoder {
    if let decoder = decoders.currentValue { return decoder }
    let decoder = ThreadDecoder(requestLimits)
    decoders.currentValue = decoder
    return decoder
  }
}
