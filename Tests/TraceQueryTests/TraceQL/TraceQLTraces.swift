import TraceModel

/// Four traces that the table of queries is asked of. Spans go by short names: a1 is the first of trace a.
///
///     a  a1 GET /checkout                 b  b1 GET /cart      c  c1 batch          d  d1 GET /checkout
///        ├ a2 POST /pay (client)             └ b2 redis GET       ├ c2 item
///        │ └ a3 POST /pay (server)           b3 cleanup           │ └ c4 item
///        │   ├ a4 SELECT cards, twice           (an orphan)       └ c3 item
///        │   └ a5 SELECT cards
///        └ a6 render
enum TraceQLTraces {
  static let all: [[TraceModel.Span]] = [a, b, c, d]

  /// The short name of a span.
  static func name(_ span: TraceModel.Span) -> String {
    "\(["?", "a", "b", "c", "d"][Int(span.traceID.low)])\(span.spanID.rawValue % 16)"
  }

  private static let web = resource("web", [Attribute("service.namespace", .string("shop"))])
  private static let pay = resource(
    "pay", [Attribute("service.namespace", .string("shop")), Attribute("zone", .int(2))])
  private static let cart = resource("cart", [Attribute("region", .string("eu"))])
  private static let jobs = resource("jobs", [Attribute("http.route", .string("/jobs")), Attribute("zone", .int(1))])

  private static func resource(_ service: String, _ more: [Attribute]) -> Resource {
    Resource(attributes: [Attribute("service.name", .string(service))] + more)
  }

  private static let a = [
    span(
      1, 1, 0, "GET /checkout", .server, 0...100, web,
      [
        Attribute("http.route", .string("/checkout")), Attribute("http.status", .int(200)),
        Attribute("user.id", .int(42)),
        Attribute("vip", .bool(true)), Attribute("ratio", .double(0.5)),
      ]),
    span(
      1, 2, 1, "POST /pay", .client, 10...60, web,
      [Attribute("http.status", .int(500)), Attribute("peer", .string("pay"))],
      status: SpanStatus(code: .error)),
    span(
      1, 3, 2, "POST /pay", .server, 15...55, pay,
      [Attribute("http.status", .int(500)), Attribute("amount", .double(9.5))],
      status: SpanStatus(code: .error, message: "card declined"),
      events: [
        SpanEvent(
          time: time(35), name: "exception",
          attributes: [Attribute("exception.type", .string("CardError")), Attribute("retry", .int(1))]),
        SpanEvent(time: time(40), name: "retry", attributes: [Attribute("retry", .int(2))]),
      ]),
    select, select,
    span(
      1, 5, 3, "SELECT cards", .client, 30...50, pay,
      [
        Attribute("db.system", .string("postgres")), Attribute("rows", .int(0)),
        Attribute("tags", .array([.string("cold")])),
      ]),
    span(1, 6, 1, "render", .internal, 70...95, web, [Attribute("vip", .bool(false))]),
  ]

  private static let select = span(
    1, 4, 3, "SELECT cards", .client, 20...30, pay,
    [
      Attribute("db.system", .string("postgres")), Attribute("rows", .int(3)),
      Attribute("tags", .array([.string("hot"), .string("slow")])),
    ])

  private static let b = [
    span(
      2, 1, 0, "GET /cart", .server, 0...20, web,
      [Attribute("http.route", .string("/cart")), Attribute("user.id", .int(7)), Attribute("vip", .string("yes"))]),
    span(
      2, 2, 1, "redis GET", .client, 5...10, cart, [Attribute("db.system", .string("redis"))],
      links: [
        SpanLink(
          traceID: TraceID(high: 0, low: 1), spanID: SpanID(rawValue: 0x11),
          attributes: [Attribute("why", .string("retry"))])
      ]),
    span(
      2, 3, 15, "cleanup", .internal, 30...31, cart, [],
      scope: InstrumentationScope(name: "sweeper", version: "1.2", attributes: [Attribute("mode", .string("fast"))])),
  ]

  private static let c = [
    span(
      3, 1, 0, "batch", .producer, 0...7_200_000, jobs,
      [
        Attribute("user.id", .double(42)), Attribute("big", .int(.max)),
        Attribute("numbers", .array([.int(1), .int(2), .double(3.5)])), Attribute("empty", .array([])),
        Attribute("raw", .bytes([1, 2])),
      ]),
    span(3, 2, 1, "item", .consumer, 1000...2000, jobs, [Attribute("zone", .int(9))], status: SpanStatus(code: .ok)),
    span(3, 3, 1, "item", .consumer, 2000...2000, jobs, [Attribute("rows", .int(-5))]),
    span(3, 4, 2, "item", .consumer, 1500...1600, jobs, [Attribute("rows", .double(.nan))]),
  ]

  private static let d = [
    span(
      4, 1, 0, "GET /checkout", .server, 0...0, Resource(),
      [
        Attribute("a b", .string("say \"hi\"")), Attribute("span.x", .int(1)), Attribute("5xx", .int(3)),
        Attribute("name", .string("other")),
      ])
  ]

  private static func time(_ milliseconds: UInt64) -> Timestamp {
    Timestamp(unixSeconds: 1_700_000_000) + Duration.milliseconds(milliseconds)
  }

  private static func span(
    _ trace: UInt64, _ id: UInt64, _ parent: UInt64, _ name: String, _ kind: SpanKind, _ times: ClosedRange<UInt64>,
    _ resource: Resource, _ attributes: [Attribute], status: SpanStatus = SpanStatus(), events: [SpanEvent] = [],
    links: [SpanLink] = [], scope: InstrumentationScope = InstrumentationScope()
  ) -> TraceModel.Span {
    TraceModel.Span(
      traceID: TraceID(high: 0, low: trace), spanID: SpanID(rawValue: trace * 16 + id),
      parentSpanID: parent == 0 ? .zero : SpanID(rawValue: trace * 16 + parent), name: name, kind: kind,
      start: time(times.lowerBound), end: time(times.upperBound), attributes: attributes, events: events, links: links,
      status: status, resource: resource, scope: scope)
  }
}

extension SpanBatch {
  init(_ spans: [TraceModel.Span]) {
    self.init()
    for span in spans { append(span) }
  }
}
