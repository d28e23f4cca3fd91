import TraceModel

@testable import RingStore

/// Spans to store: rich random ones, and plain ones of a wanted size.
struct SpanMaker {
  var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(state: seed)
  }

  /// The span's only trace ID, so that it is found alone.
  static func plain(_ number: UInt64, end: UInt64? = nil, byteCount: Int = 16) -> Span {
    Span(
      traceID: TraceID(high: 0xfeed, low: number), spanID: SpanID(rawValue: number + 1), name: "span \(number % 3)",
      kind: .server, start: Timestamp(unixNanoseconds: (end ?? number) &- min(end ?? number, 5)),
      end: Timestamp(unixNanoseconds: end ?? number),
      attributes: [
        Attribute("payload", .bytes([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: byteCount)))
      ],
      resource: Resource(attributes: [Attribute("service.name", .string("service \(number % 2)"))]))
  }

  /// Whether a batch is one plain span, every byte of it. Fast without optimization, where comparing arrays is not.
  static func isPlain(_ batch: SpanBatch, _ number: UInt64, byteCount: Int) -> Bool {
    let expected = SpanBatch([plain(number, byteCount: byteCount)])
    return batch.count == 1 && Checksum.of(batch.details) == Checksum.of(expected.details)
      && batch.traceIDs == expected.traceIDs && batch.spanIDs == expected.spanIDs && batch.starts == expected.starts
      && batch.ends == expected.ends && batch.kinds == expected.kinds && batch.name(at: 0) == expected.name(at: 0)
      && batch.resource(at: 0) == expected.resource(at: 0) && batch.scope(at: 0) == expected.scope(at: 0)
  }

  mutating func rich(traceID: TraceID? = nil) -> Span {
    let start = random.next() >> 8
    return Span(
      traceID: traceID ?? TraceID(high: random.next(), low: random.next()), spanID: SpanID(rawValue: random.next()),
      parentSpanID: below(3) == 0 ? .zero : SpanID(rawValue: random.next()), traceState: below(2) == 0 ? "" : text(),
      flags: UInt32(truncatingIfNeeded: random.next()), name: text(),
      kind: SpanKind(rawValue: below(20) == 0 ? -7 : Int32(below(6))), start: Timestamp(unixNanoseconds: start),
      end: Timestamp(unixNanoseconds: below(10) == 0 ? 0 : start &+ random.next() % 1_000_000),
      attributes: attributes(depth: 1), droppedAttributesCount: UInt32(below(3)),
      events: (0..<below(3)).map { _ in
        SpanEvent(time: Timestamp(unixNanoseconds: start), name: text(), attributes: attributes(depth: 2))
      }, droppedEventsCount: UInt32(below(2)),
      links: (0..<below(3)).map { _ in
        SpanLink(
          traceID: TraceID(high: random.next(), low: 1), spanID: SpanID(rawValue: random.next()), traceState: text(),
          attributes: attributes(depth: 2), flags: UInt32(below(600)))
      }, droppedLinksCount: UInt32(below(2)),
      status: SpanStatus(code: SpanStatus.Code(rawValue: Int32(below(4))), message: text()),
      resource: Resource(
        attributes: [Attribute("service.name", .string("service \(below(4))"))] + attributes(depth: 2),
        entityReferences: below(3) == 0 ? [EntityReference(type: "host", idKeys: ["host.id"])] : [],
        schemaURL: below(2) == 0 ? "" : "https://example.test/schema"),
      scope: InstrumentationScope(name: "scope \(below(3))", version: text(), attributes: attributes(depth: 3)))
  }

  private mutating func below(_ bound: UInt64) -> Int { Int(random.next() % bound) }

  private mutating func text() -> String {
    let pool = ["", "GET /cart", "e\u{301}", "\u{e9}", "naïve 你好 🦊", String(repeating: "x", count: 300)]
    return pool[below(UInt64(pool.count))]
  }

  private mutating func attributes(depth: Int) -> [Attribute] {
    (0..<below(4)).map { Attribute("key.\($0)", value(depth: depth)) }
  }

  private mutating func value(depth: Int) -> AttributeValue {
    switch below(depth < 4 ? 8 : 6) {
    case 0: .empty
    case 1: .string(text())
    case 2: .bool(below(2) == 0)
    case 3: .int(Int64(bitPattern: random.next()))
    case 4: .double(Double(bitPattern: random.next()))
    case 5: .bytes((0..<below(40)).map { UInt8($0) })
    case 6: .array((0..<below(3)).map { _ in value(depth: depth + 1) })
    default: .keyValueList((0..<below(3)).map { Attribute("k\($0)", value(depth: depth + 1)) })
    }
  }
}
