import Testing
import TraceModel

@Suite struct SpanBatchTests {
  private let rich = Span(
    traceID: TraceID(high: 1, low: 2), spanID: SpanID(rawValue: 3), parentSpanID: SpanID(rawValue: 4),
    traceState: "a=b", flags: 0x301, name: "GET /", kind: SpanKind(rawValue: 9), start: Timestamp(unixNanoseconds: 5),
    end: Timestamp(unixNanoseconds: 6),
    attributes: [
      Attribute("s", .string("nul \0 in it")), Attribute("b", .bool(true)), Attribute("i", .int(.min)),
      Attribute("d", .double(.nan)), Attribute("x", .bytes([0, 255])), Attribute("e", .empty),
      Attribute("a", .array([.int(1), .array([.string("deep")])])),
      Attribute("m", .keyValueList([Attribute("k", .double(-0.0))])),
    ], droppedAttributesCount: 7,
    events: [SpanEvent(time: Timestamp(unixNanoseconds: 8), name: "e", attributes: [Attribute("k", .int(9))])],
    droppedEventsCount: .max,
    links: [SpanLink(traceID: .zero, spanID: .zero, traceState: "t", droppedAttributesCount: 2, flags: 1)],
    droppedLinksCount: 10, status: SpanStatus(code: SpanStatus.Code(rawValue: -1), message: "why"),
    resource: Resource(
      attributes: [Attribute("service.name", .string("web"))], droppedAttributesCount: 1,
      entityReferences: [EntityReference(schemaURL: "u", type: "host", idKeys: ["a", "b"], descriptionKeys: ["c"])],
      schemaURL: "https://example/1"),
    scope: InstrumentationScope(name: "lib", version: "1", attributes: [Attribute("k", .bool(false))], schemaURL: "s"))

  @Test func `a span comes out as it went in`() throws {
    let batch = SpanBatch([rich])
    #expect(try batch.span(at: 0) == rich)
    try batch.validate()
  }

  @Test func `rows copied from another batch are the same spans`() throws {
    var spans: [Span] = []
    for number in 0..<20 {
      var span = rich
      span.spanID = SpanID(rawValue: UInt64(number + 1))
      span.name = "name \(number % 3)"
      span.resource.attributes = [Attribute("service.name", .string("service \(number % 4)"))]
      spans.append(span)
    }
    let source = SpanBatch(spans)
    var copy = SpanBatch([rich])
    copy.append(contentsOf: source, rows: 5..<12)
    copy.append(contentsOf: source, rows: 12..<12)
    copy.append(contentsOf: source, rows: 0..<5)
    try copy.validate()
    #expect(try copy.spans() == [rich] + spans[5..<12] + spans[0..<5])
    #expect(copy.resources.count == 5)
  }

  @Test func `names that only look alike stay apart`() throws {
    var (composed, decomposed) = (rich, rich)
    composed.name = "caf\u{e9}"
    decomposed.name = "cafe\u{301}"
    composed.resource.attributes = [Attribute("service.name", .string(composed.name))]
    decomposed.resource.attributes = [Attribute("service.name", .string(decomposed.name))]
    let batch = SpanBatch([composed, decomposed])
    #expect(Array(batch.name(at: 0).utf8) == Array(composed.name.utf8))
    #expect(Array(batch.name(at: 1).utf8) == Array(decomposed.name.utf8))
    #expect(batch.resources.count == 2)
  }

  @Test func `details cut short or garbled throw and never trap`() {
    let batch = SpanBatch([rich])
    for length in 0..<batch.details.count {
      var cut = batch
      cut.details = Array(batch.details.prefix(length))
      cut.detailEnds = [UInt32(length)]
      #expect(throws: CodingError.self) { try cut.span(at: 0) }
    }
    for position in batch.details.indices {
      for flip in [UInt8(1), 0x80, 0xff] {
        var garbled = batch
        garbled.details[position] ^= flip
        _ = try? garbled.span(at: 0)
      }
    }
  }

  @Test func `columns that do not fit are refused`() {
    var batch = SpanBatch([rich])
    batch.nameIndices = [7]
    #expect(throws: CodingError.malformed("name index")) { try batch.validate() }
    batch = SpanBatch([rich])
    batch.starts = []
    #expect(throws: CodingError.self) { try batch.validate() }
    batch = SpanBatch([rich])
    batch.detailEnds = [.max]
    #expect(throws: CodingError.malformed("details")) { try batch.validate() }
  }
}
