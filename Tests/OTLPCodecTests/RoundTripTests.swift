import Foundation
import OTLPCodec
import Testing
import TraceModel

@Suite struct RoundTripTests {
  static let seed = ProcessInfo.processInfo.environment["SPOOR_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

  @Test func `every field and every type of value survives`() throws {
    #expect(try RequestEncoder.encode(Examples.rich).decodedSpans() == Examples.rich)
    let decoded = try OTLPJSON.decode(OTLPJSON.encode(Examples.rich))
    #expect(try decoded.batch.spans() == Examples.rich)
  }

  @Test func `random spans survive as protobuf`() throws {
    print("SPOOR_SEED=\(Self.seed)")
    var source = SpanSource(seed: Self.seed)
    for round in 0..<40 {
      let spans = source.spans(round)
      let bytes = RequestEncoder.encode(spans)
      #expect(try exactly(bytes.decodedSpans()) == exactly(spans), "seed \(Self.seed), round \(round)")
      #expect(try RequestEncoder.encode(bytes.decodedSpans()) == bytes, "seed \(Self.seed), round \(round)")
    }
  }

  @Test func `random spans survive as JSON`() throws {
    print("SPOOR_SEED=\(Self.seed)")
    var source = SpanSource(seed: Self.seed)
    for round in 0..<40 {
      let spans = source.spans(round)
      let decoded = try OTLPJSON.decode(OTLPJSON.encode(spans))
      #expect(decoded.repairedStrings == 0 && decoded.rejected.isEmpty)
      #expect(try exactly(decoded.batch.spans()) == exactly(spans), "seed \(Self.seed), round \(round)")
    }
  }

  @Test func `one decoder takes many requests`() throws {
    var decoder = RequestDecoder()
    let good = RequestEncoder.encode(Examples.rich)
    for _ in 0..<3 {
      #expect(try decoder.decode(good).batch.spans() == Examples.rich)
      #expect(throws: DecodeError.self) { try decoder.decode(Array(good.dropLast())) }
    }
  }

  @Test func `neighbours of one resource and scope share them on the wire`() {
    let span = Examples.rich[0]
    let (one, many) = (RequestEncoder.encode([span]), RequestEncoder.encode([span, span, span]))
    let spanByteCount = (many.count - one.count) / 2
    #expect(many.count < one.count + 2 * (spanByteCount + 1))
    #expect(spanByteCount < one.count / 2)
  }

  @Test func `no spans are a request of no bytes and back`() throws {
    #expect(RequestEncoder.encode([]) == [])
    #expect(try [UInt8]().decoded().receivedSpans == 0)
  }

  /// Bytes that differ where Swift's strings compare equal.
  private func exactly(_ spans: [Span]) -> [[UInt8]] {
    spans.map { span in
      var writer = ByteWriter()
      writer.raw(AttributeShape(of: span.attributes).bytes)
      SpanDetails.encode(span, into: &writer)
      span.resource.encode(into: &writer)
      span.scope.encode(into: &writer)
      writer.string(span.name)
      writer.raw(span.traceID.bytes + span.spanID.bytes + span.parentSpanID.bytes)
      for number in [
        span.start.unixNanoseconds, span.end.unixNanoseconds, UInt64(span.flags),
        UInt64(UInt32(bitPattern: span.kind.rawValue)), UInt64(UInt32(bitPattern: span.status.code.rawValue)),
      ] { writer.fixed(number) }
      return writer.bytes
    }
  }
}
