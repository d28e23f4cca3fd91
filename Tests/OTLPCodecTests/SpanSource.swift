import TraceModel

/// SplitMix64: the same numbers from the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Makes spans that use every field and every type of value, with the texts and numbers that break codecs.
struct SpanSource {
  var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func spans(_ count: Int) -> [Span] {
    var spans: [Span] = []
    var (resource, scope) = (self.resource(), self.scope())
    for _ in 0..<count {
      if chance(5) { resource = self.resource() }
      if chance(3) { scope = self.scope() }
      spans.append(span(of: resource, scope))
    }
    return spans
  }

  mutating func span(of resource: Resource = Resource(), _ scope: InstrumentationScope = .init()) -> Span {
    Span(
      traceID: TraceID(high: number64(), low: .random(in: 1 ... .max, using: &random)),
      spanID: SpanID(rawValue: .random(in: 1 ... .max, using: &random)),
      parentSpanID: chance(3) ? .zero : SpanID(rawValue: number64()), traceState: text(), flags: number32(),
      name: text(),
      kind: SpanKind(rawValue: chance(8) ? Int32(bitPattern: number32()) : .random(in: 0...5, using: &random)),
      start: Timestamp(unixNanoseconds: number64()), end: Timestamp(unixNanoseconds: number64()),
      attributes: attributes(), droppedAttributesCount: number32(), events: list { $0.event() },
      droppedEventsCount: number32(), links: list { $0.link() }, droppedLinksCount: number32(),
      status: SpanStatus(
        code: SpanStatus.Code(rawValue: chance(8) ? Int32(bitPattern: number32()) : .random(in: 0...2, using: &random)),
        message: text()),
      resource: resource, scope: scope)
  }

  /// A span as most are: nothing but texts and numbers.
  mutating func plainSpan() -> Span {
    Span(
      traceID: TraceID(high: 1, low: random.next() | 1), spanID: SpanID(rawValue: random.next() | 1), flags: 0x101,
      name: "GET /cart", kind: .server, start: Timestamp(unixNanoseconds: 1_700_000_000_000_000_000),
      end: Timestamp(unixNanoseconds: 1_700_000_000_000_000_005),
      attributes: [
        Attribute("http.request.method", .string("GET")), Attribute("http.response.status_code", .int(200)),
        Attribute("user.id", .string(text())), Attribute("cache.hit", .bool(chance(2))),
      ], resource: Resource(attributes: [Attribute("service.name", .string("cart"))]),
      scope: InstrumentationScope(name: "http"))
  }

  mutating func resource() -> Resource {
    Resource(
      attributes: attributes(), droppedAttributesCount: number32(),
      entityReferences: list { source in
        EntityReference(
          schemaURL: source.text(), type: source.text(), idKeys: source.list { $0.text() },
          descriptionKeys: source.list { $0.text() })
      }, schemaURL: text())
  }

  mutating func scope() -> InstrumentationScope {
    InstrumentationScope(
      name: text(), version: text(), attributes: attributes(), droppedAttributesCount: number32(), schemaURL: text())
  }

  private mutating func event() -> SpanEvent {
    SpanEvent(
      time: Timestamp(unixNanoseconds: number64()), name: text(), attributes: attributes(),
      droppedAttributesCount: number32())
  }

  private mutating func link() -> SpanLink {
    SpanLink(
      traceID: TraceID(high: number64(), low: number64()), spanID: SpanID(rawValue: number64()), traceState: text(),
      attributes: attributes(), droppedAttributesCount: number32(), flags: number32())
  }

  mutating func attributes(depth: Int = 1) -> [Attribute] {
    list { source in Attribute(source.text(), source.value(depth: depth)) }
  }

  mutating func value(depth: Int) -> AttributeValue {
    switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &random) {
    case 0: .empty
    case 1: .string(text())
    case 2: .bool(chance(2))
    case 3: .int(Int64(bitPattern: number64()))
    case 4:
      .double(
        Double(bitPattern: number64()).isNaN
          ? .nan : [0, -0.0, .infinity, -.infinity, .pi].randomElement(using: &random) ?? 0)
    case 5: .bytes((0..<Int.random(in: 0..<40, using: &random)).map { _ in .random(in: 0...255, using: &random) })
    case 6: .array(list { $0.value(depth: depth + 1) })
    default: .keyValueList(attributes(depth: depth + 1))
    }
  }

  mutating func text() -> String {
    let texts = [
      "", "", "a", "é", "e\u{301}", "\0", "nul\0inside", "\u{fffd}", "😀", "\"\\/\n\u{1}\u{7f}", "http.request.method",
    ]
    if chance(12) { return String(repeating: "long ", count: .random(in: 1..<200, using: &random)) }
    return texts.randomElement(using: &random) ?? ""
  }

  private mutating func list<Element>(_ make: (inout SpanSource) -> Element) -> [Element] {
    var elements: [Element] = []
    for _ in 0..<Int.random(in: 0..<4, using: &random) { elements.append(make(&self)) }
    return elements
  }

  private mutating func number64() -> UInt64 {
    chance(3)
      ? [0, 1, 127, 128, .max, 1 << 63, 1_700_000_000_000_000_000].randomElement(using: &random) ?? 0 : random.next()
  }

  private mutating func number32() -> UInt32 {
    chance(2)
      ? [0, 0, 1, 127, 128, .max].randomElement(using: &random) ?? 0 : UInt32(truncatingIfNeeded: random.next())
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
