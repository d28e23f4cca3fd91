import TraceModel

/// Plays one request: a clock that work runs forward, and the spans that the services make on the way.
///
/// Steps nest as the code of the services would; the innermost open span is the parent of the next.
struct ShopScript {
  private let traceID: TraceID
  private let resources: [ShopService: Resource]
  /// Nanoseconds since the request came in.
  private var clock: UInt64 = 0
  /// Positions in `spans`, outermost first.
  private var open: [Int] = []
  private(set) var spans: [Span] = []
  var random: SeededRandom
  /// Goes with every span of the trace from here on.
  var traceState = ""

  init(random: SeededRandom, resources: [ShopService: Resource]) {
    var random = random
    traceID = TraceID(high: random.nonZero(), low: random.next())
    self.random = random
    self.resources = resources
  }

  /// When the last span ends.
  var length: Duration { Duration(nanoseconds: spans.map(\.end.unixNanoseconds).max() ?? 0) }

  // MARK: Time

  /// Lets time pass: half of the times less than `median` milliseconds.
  mutating func pass(_ median: Double, spread: Double = 0.35) {
    // Whole microseconds, as many clocks have; and never nothing, so that siblings have an order.
    let microseconds = max(1, (random.latency(median: median, spread: spread) * 1000).rounded())
    clock += UInt64(min(microseconds, 60_000_000)) * 1000
  }

  /// Exactly this many milliseconds: somebody's timeout.
  mutating func wait(exactly milliseconds: UInt64) { clock += milliseconds * 1_000_000 }

  /// The way of a message between two services.
  mutating func travel() { pass(0.25, spread: 0.4) }

  /// Plays branches that begin at the same moment; what follows waits for the slowest.
  mutating func together(_ branches: [(inout ShopScript) -> Void]) {
    let start = clock
    var end = clock
    for branch in branches {
      clock = start
      branch(&self)
      end = max(end, clock)
    }
    clock = end
  }

  /// Plays what happens later and elsewhere; nobody waits for it.
  mutating func aside(_ branch: (inout ShopScript) -> Void) {
    let now = clock
    let stack = open
    branch(&self)
    (clock, open) = (now, stack)
  }

  // MARK: Spans

  /// Where a span is, for those who refer to it.
  struct Context {
    var traceID: TraceID
    var spanID: SpanID
  }

  /// Plays a span.
  /// - Parameter parent: for a span that is not made inside of the innermost open one.
  @discardableResult
  mutating func step(
    _ service: ShopService, _ name: String, _ kind: SpanKind, by library: ShopService.Library,
    _ attributes: [Attribute] = [], parent: Context? = nil, _ body: (inout ShopScript) -> Void
  ) -> Context {
    let context = Context(traceID: traceID, spanID: SpanID(rawValue: random.nonZero()))
    let parentSpanID = parent?.spanID ?? open.last.map { spans[$0].spanID } ?? .zero
    let isParentRemote = kind.isIncoming && !parentSpanID.isZero
    let position = spans.count
    spans.append(
      Span(
        traceID: traceID, spanID: context.spanID, parentSpanID: parentSpanID, traceState: traceState,
        flags: isParentRemote ? 0x301 : 0x101, name: name, kind: kind, start: Timestamp(unixNanoseconds: clock),
        end: Timestamp(unixNanoseconds: clock), attributes: attributes, resource: resources[service] ?? Resource(),
        scope: service.scope(library)))
    open.append(position)
    body(&self)
    open.removeLast()
    spans[position].end = Timestamp(unixNanoseconds: clock)
    return context
  }

  /// Work of a service that calls nobody.
  mutating func work(_ service: ShopService, _ name: String, _ median: Double, _ attributes: [Attribute] = []) {
    step(service, name, .internal, by: .own, attributes) { $0.pass(median) }
  }

  /// Adds to the innermost open span.
  mutating func note(_ key: String, _ value: AttributeValue) {
    if let position = open.last { spans[position].attributes.append(Attribute(key, value)) }
  }

  mutating func event(_ name: String, _ attributes: [Attribute] = []) {
    guard let position = open.last else { return }
    spans[position].events.append(
      SpanEvent(time: Timestamp(unixNanoseconds: clock), name: name, attributes: attributes))
  }

  /// What an instrumentation records when an exception passes it
  /// (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/).
  mutating func exception(_ type: String, _ message: String, at place: String) {
    event(
      "exception",
      [
        Attribute(SemanticAttributes.exceptionType, .string(type)),
        Attribute(SemanticAttributes.exceptionMessage, .string(message)),
        Attribute("exception.stacktrace", .string("\(type): \(message)\n    at \(place)")),
      ])
  }

  mutating func fail(_ message: String = "") {
    if let position = open.last { spans[position].status = SpanStatus(code: .error, message: message) }
  }

  mutating func link(to context: Context, _ attributes: [Attribute]) {
    guard let position = open.last else { return }
    spans[position].links.append(
      SpanLink(
        traceID: context.traceID, spanID: context.spanID, traceState: traceState, attributes: attributes, flags: 0x301))
  }

  // MARK: Chance

  mutating func isTrue(oneIn count: Int) -> Bool { random.isTrue(oneIn: count) }

  /// Digits for a made-up order or cart number.
  mutating func number() -> Int { 10_000 + random.below(90_000) }
}
