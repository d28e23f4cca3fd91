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

  @Test func `details cut short or garbled are never the same span and never trap`() {
    let batch = SpanBatch([rich])
    for length in 0..<batch.details.count {
      var cut = batch
      cut.details = Array(batch.details.prefix(length))
      cut.detailEnds = [UInt32(length)]
      #expect((try? cut.span(at: 0)) != rich)
    }
    for position in batch.details.indices {
      for flip in [UInt8(1), 0x80, 0xff] {
        var garbled = batch
        garbled.details[position] ^= flip
        _ = try? garbled.span(at: 0)
      }
    }
  }

  @Test func `a span without anything rare takes its values alone`() {
    let plain = Span(
      traceID: rich.traceID, spanID: rich.spanID, name: "GET /", start: rich.start, end: rich.end,
      attributes: [Attribute("http.response.status_code", .int(200)), Attribute("user.id", .string("u17"))])
    let batch = SpanBatch([plain, plain])
    #expect(batch.shapes.count == 1 && batch.shapeIndices == [0, 0])
    #expect(batch.details.count == 2 * (2 + 4))
  }

  @Test func `shapes differ by order, type, repetition and every byte of their keys`() throws {
    let lists: [[Attribute]] = [
      [], [Attribute("a", .int(1)), Attribute("b", .int(2))], [Attribute("b", .int(2)), Attribute("a", .int(1))],
      [Attribute("a", .int(1)), Attribute("b", .double(2))], [Attribute("a", .int(1)), Attribute("a", .int(2))],
      [Attribute("a", .int(1)), Attribute("b", .int(2)), Attribute("b", .int(3))], [Attribute("a", .int(1))],
      [Attribute("\u{e9}", .int(1))], [Attribute("e\u{301}", .int(1))], [Attribute("K", .int(1))],
      [Attribute("\u{212a}", .int(1))],
    ]
    let spans = (lists + lists).map { attributes in
      var span = rich
      span.attributes = attributes
      return span
    }
    let batch = SpanBatch(spans)
    #expect(batch.shapes.count == lists.count)
    #expect(try batch.spans() == spans)
    for shape in batch.shapes { #expect(try AttributeShape(from: shape.bytes).keys.count == shape.types.count) }
    #expect(throws: CodingError.self) { try AttributeShape(from: [3, 2, 65]) }
    #expect(throws: CodingError.self) { try AttributeShape(from: [1, 3]) }
  }

  @Test func `single attributes are read without the others`() throws {
    var (few, none) = (rich, rich)
    few.attributes = [Attribute("d", .int(1)), Attribute("x", .string("y")), Attribute("d", .int(2))]
    none.attributes = [Attribute("z", .int(1))]
    let batch = SpanBatch([rich, few, none])
    let selection = AttributeSelection(["m", "d", "gone"], in: batch)
    var values: [AttributeValue?] = []
    try selection.read(0, of: batch, into: &values)
    #expect(values == [rich.attributes[7].value, .double(.nan), nil])
    try selection.read(1, of: batch, into: &values)
    #expect(values == [nil, .int(1), nil])
    try selection.read(2, of: batch, into: &values)
    #expect(values == [nil, nil, nil])
    #expect((0..<3).map { selection.isAny(in: $0, of: batch) } == [true, true, false])
    for row in 0..<3 {
      let shape = batch.shapes[Int(batch.shapeIndices[row])]
      for position in shape.keys.indices {
        let expected = try batch.attributes(at: row)[position].value
        #expect(try DetailsReader(batch).value(at: position, ofRow: row) == expected)
      }
    }
  }

  @Test func `a batch without details says so and can still be joined`() throws {
    var links = SpanBatch([rich, rich])
    (links.details, links.detailEnds, links.scopeIndices, links.shapeIndices) = ([], [], [], [])
    (links.scopes, links.shapes) = ([], [])
    try links.validate()
    #expect(!links.hasDetails)
    #expect(throws: CodingError.self) { try links.attributes(at: 0) }
    #expect(throws: CodingError.self) { try links.span(at: 1) }
    #expect(throws: CodingError.self) { try DetailsReader(links) }
    var joined = SpanBatch([rich])
    joined.append(contentsOf: links)
    try joined.validate()
    #expect(joined.count == 3 && !joined.hasDetails && joined.name(at: 2) == rich.name)
    links.shapeIndices = [0, 0]
    #expect(throws: CodingError.self) { try links.validate() }
  }

  @Test func `annotations stay only while all rows have them`() throws {
    var annotated = SpanBatch([rich, rich])
    annotated.outcomes = [.ok, .fault]
    annotated.peerIndices = [0, annotated.intern(peer: [7])]
    var joined = SpanBatch()
    joined.append(contentsOf: annotated)
    joined.append(contentsOf: annotated, rows: 1..<2)
    try joined.validate()
    #expect(joined.isAnnotated && joined.peerIndices == [0, 1, 1] && joined.peers == [[7]])
    joined.append(contentsOf: SpanBatch([rich]))
    try joined.validate()
    #expect(!joined.isAnnotated && joined.peers.isEmpty)
    annotated.append(rich)
    try annotated.validate()
    #expect(!annotated.isAnnotated)
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
