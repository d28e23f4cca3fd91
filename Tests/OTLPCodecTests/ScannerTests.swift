import OTLPCodec
import Testing
import TraceModel

/// What ties the two codecs: they take the same requests, refuse the same with the same error, reject the same spans, and
/// make the same batch of the others, to the byte.
@Suite struct ScannerTests {
  private let seed = RoundTripTests.seed

  @Test func `scanner and protobuf-c make the same of random requests`() {
    print("SPOOR_SEED=\(seed)")
    var source = SpanSource(seed: seed)
    var scanner = RequestDecoder()
    var judge = ReferenceDecoder()
    for round in 0..<400 {
      let request = RequestEncoder.encode(source.spans(round % 40))
      let verdict = CodecVerdict { () throws(DecodeError) in try scanner.decode(request) }
      let judged = CodecVerdict { () throws(DecodeError) in try judge.decode(request) }
      #expect(verdict == judged, "seed \(seed), round \(round)")
    }
  }

  @Test func `scanner and protobuf-c make the same of mutated requests`() {
    print("SPOOR_SEED=\(seed)")
    var source = SpanSource(seed: seed)
    var mutator = WireMutator(seed: seed)
    var originals = (0..<30).map { _ in RequestEncoder.encode(source.spans(2)) }
    originals += (0..<30).map { _ in RequestEncoder.encode([source.plainSpan()]) }
    var scanner = RequestDecoder()
    var judge = ReferenceDecoder()
    var (taken, refused) = (0, 0)
    for round in 0..<40_000 {
      let request = mutator.mutated(originals[round % originals.count])
      let verdict = CodecVerdict { () throws(DecodeError) in try scanner.decode(request) }
      let judged = CodecVerdict { () throws(DecodeError) in try judge.decode(request) }
      if case .taken = judged { taken += 1 } else { refused += 1 }
      guard verdict == judged else {
        Issue.record("seed \(seed), round \(round): \(request)\n\(verdict)\n\(judged)")
        return
      }
    }
    #expect(taken > 5_000 && refused > 5_000)
  }

  @Test func `a request leaves nothing behind for the next`() {
    var source = SpanSource(seed: seed)
    var mutator = WireMutator(seed: seed)
    var scanner = RequestDecoder()
    let requests = (0..<200).map { _ in mutator.mutated(RequestEncoder.encode(source.spans(3))) }
    let first = requests.map { request in CodecVerdict { () throws(DecodeError) in try scanner.decode(request) } }
    for round in 0..<200 {
      let fresh = CodecVerdict { () throws(DecodeError) in try requests[round].decoded() }
      #expect(first[round] == fresh, "seed \(seed), round \(round)")
      let again = CodecVerdict { () throws(DecodeError) in try scanner.decode(requests[round]) }
      #expect(again == fresh, "seed \(seed), round \(round)")
    }
  }

  @Test func `gathered requests make the batch that joining theirs makes, without those refused`() throws {
    var source = SpanSource(seed: seed)
    var mutator = WireMutator(seed: seed)
    var scanner = RequestDecoder()
    for round in 0..<300 {
      var joined = SpanBatch()
      for _ in 0..<Int.random(in: 1...6, using: &mutator.random) {
        var request = RequestEncoder.encode([source.plainSpan()] + source.spans(2))
        if Bool.random(using: &mutator.random) { request = mutator.mutated(request) }
        let counts: SpanCounts
        let decoded: DecodedRequest
        do throws(DecodeError) {
          decoded = try request.decoded()
        } catch {
          #expect(throws: error) { try scanner.gather(request) }
          continue
        }
        counts = try scanner.gather(request)
        #expect(counts.received == decoded.receivedSpans && counts.rejected == decoded.rejected)
        #expect(counts.repairedStrings == decoded.repairedStrings)
        joined.append(contentsOf: decoded.batch)
        #expect(scanner.gatheredSpanCount == joined.count)
      }
      let gathered = scanner.takeGathered()
      #expect(
        gathered.isEmpty || CodecVerdict.batch(gathered) == CodecVerdict.batch(joined), "seed \(seed), round \(round)")
      #expect(gathered.count == joined.count && scanner.gatheredSpanCount == 0)
    }
  }

  @Test func `requests that are gathered are held to the limit of one`() throws {
    let request = Wire.request(spans: [Wire.ids])
    var scanner = RequestDecoder(limits: RequestLimits(requestByteCountMax: 2 * request.count))
    for _ in 0..<2 { _ = try scanner.gather(request) }
    #expect(throws: DecodeError.self) { try scanner.gather(request) }
    #expect(scanner.takeGathered().count == 2)
    #expect(try scanner.gather(request).received == 1)
  }

  @Test func `what a decoder remembers is bounded`() throws {
    // Each a new resource, scope, name and shape: more than are remembered.
    var scanner = RequestDecoder()
    var judge = ReferenceDecoder()
    for round in 0..<3 {
      let spans = (0..<5_000).map { number in
        let text = "\(round)-\(number)"
        return Span(
          traceID: TraceID(high: 1, low: 1), spanID: SpanID(rawValue: 1), name: text,
          start: Timestamp(unixNanoseconds: 1), end: Timestamp(unixNanoseconds: 2),
          attributes: [Attribute(text, .int(1))], resource: Resource(attributes: [Attribute(text, .empty)]),
          scope: InstrumentationScope(name: text))
      }
      let request = RequestEncoder.encode(spans)
      let verdict = CodecVerdict { () throws(DecodeError) in try scanner.decode(request) }
      #expect(verdict == CodecVerdict { () throws(DecodeError) in try judge.decode(request) })
      #expect(scanner.rememberedCount <= 4 * 4096)
    }
  }
}
