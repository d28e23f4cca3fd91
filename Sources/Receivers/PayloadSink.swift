import NIOCore

/// Where receivers put what they read. Receivers know transports, not traces: the bytes of every answer come from here.
///
/// All methods are called on the threads and event loops that read from sockets, several at a time, and must not block.
package protocol PayloadSink: Sendable {
  /// What receivers charge with payloads that are still arriving, and the sink with those it has taken.
  var budget: ByteBudget { get }

  /// Takes one whole payload, which may be empty: an empty ExportTraceServiceRequest has no bytes.
  ///
  /// `answer` is to be called exactly once, from any thread, possibly before this returns; later calls are ignored. A
  /// datagram's answer goes nowhere, but is to be given all the same. `payload` may share memory with a receive
  /// buffer: decode it before returning, or copy what is kept.
  func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void)

  /// Takes the payloads of datagrams that were read together, each of them a whole request, and none of them answered.
  ///
  /// `settled` is to be called exactly once, from any thread, possibly before this returns, when all of them are stored or
  /// given up, whatever other senders are acknowledged after.
  func receive(_ datagrams: Datagrams, from transport: Transport, settled: @escaping @Sendable () -> Void)

  /// Counts a payload that the receiver itself refused, and says with which body to answer.
  func refuse(_ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport) -> PayloadAnswer

  /// Counts datagrams that the receiver itself refused; nobody is told.
  func refused(_ count: Int, _ refusal: Refusal, from transport: Transport)

  /// Counts `count` datagrams that the kernel threw away since the last call because the receive queue was full.
  func kernelDropped(_ count: UInt64, from transport: Transport)
}

extension PayloadSink {
  /// A payload of the encoding that all transports but HTTP have alone.
  package func receive(
    _ payload: ByteBuffer, from transport: Transport, answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    receive(payload, as: .protobuf, from: transport, answer: answer)
  }

  package func refuse(_ refusal: Refusal, from transport: Transport) -> PayloadAnswer {
    refuse(refusal, as: .protobuf, from: transport)
  }
}

/// For sinks that gain nothing from seeing datagrams together.
extension PayloadSink {
  package func receive(_ datagrams: Datagrams, from transport: Transport, settled: @escaping @Sendable () -> Void) {
    for range in datagrams.ranges {
      receive(ByteBuffer(bytes: datagrams.bytes[range]), from: transport) { _ in }
    }
    settled()
  }

  package func refused(_ count: Int, _ refusal: Refusal, from transport: Transport) {
    for _ in 0..<count { _ = refuse(refusal, from: transport) }
  }
}
