import TraceModel

/// Spans as a shop of twenty services, or more, would send them: the same for the same seed, wherever and whenever.
///
/// A trace is ten spans in four services: a request comes in (SERVER), something is worked out (INTERNAL), three other
/// services are called (CLIENT and SERVER each), one of them asks its database (CLIENT), and so does the last
/// (INTERNAL around it is left out). About 400 bytes of OTLP and 8.4 attributes a span. Exporters send what one service
/// has made, so the spans of a trace come in several requests, between those of many other traces.
struct Workload {
  static let spanNameCount = 30
  static let spansATrace = 10

  private var random: Generator
  private let services: [Service]
  private let users: [String]
  /// Finished spans that have not been sent, by service.
  private var waiting: [[Span]]
  /// When the next trace begins at the earliest, in nanoseconds since 1970.
  private(set) var now = Self.begin
  /// Between two traces, on average.
  private let pause: UInt64

  static let begin: UInt64 = 1_795_000_000_000_000_000

  private struct Service {
    var name: String
    var host: String
    var resource: Resource
    var serverScope: InstrumentationScope
    var clientScope: InstrumentationScope
    var routes: [(method: String, route: String)]
    var statements: [String]
  }

  init(seed: UInt64, serviceCount: Int = 20, pause: UInt64 = 500_000) {
    random = Generator(state: seed)
    services = (0..<serviceCount).map(Self.service)
    users = (0..<20_000).map { "user-\(100_000 + $0 * 7)" }
    waiting = [[Span]](repeating: [], count: serviceCount)
    self.pause = pause
  }

  /// What one exporter sends next: spans of one service, oldest first.
  mutating func request(spanCount: Int = 512) -> [Span] {
    while true {
      if let service = waiting.indices.max(by: { waiting[$0].count < waiting[$1].count }),
        waiting[service].count >= spanCount
      {
        defer { waiting[service].removeFirst(spanCount) }
        return Array(waiting[service].prefix(spanCount))
      }
      for span in trace() { waiting[span.service].append(span.span) }
    }
  }

  /// One whole trace, as a tail sampler would send it.
  mutating func wholeTrace() -> [Span] { trace().map(\.span) }

  private mutating func trace() -> [(service: Int, span: Span)] {
    now += pause / 2 + random.below(pause)
    let traceID = TraceID(high: random.next(), low: random.next())
    let entry = Int(random.below(4))
    let user = users[Int(random.below(UInt64(users.count)))]
    let begin = now
    var spans: [(service: Int, span: Span)] = []
    let root = server(entry, traceID, parent: .zero, user, start: begin, lasts: 20_000_000 + random.below(80_000_000))
    let work = plain(entry, traceID, root.spanID, start: begin + 40_000 + random.below(90_000))
    spans = [(entry, root), (entry, work)]
    var start = begin + 200_000
    for call in 0..<3 {
      let target = 4 + Int(random.below(UInt64(services.count - 4)))
      let lasts = 2_000_000 + random.below(15_000_000)
      let client = client(entry, to: target, traceID, parent: work.spanID, start: start, lasts: lasts)
      let server = server(
        target, traceID, parent: client.spanID, user, start: start + 300_000 + random.below(500_000),
        lasts: lasts - 1_000_000, like: client)
      spans += [(entry, client), (target, server)]
      if call < 2 {
        spans.append(
          (target, database(target, traceID, parent: server.spanID, start: server.start.unixNanoseconds + 90_000)))
      }
      start += lasts + random.below(1_000_000)
    }
    return spans
  }

  // MARK: - Spans

  private mutating func server(
    _ number: Int, _ traceID: TraceID, parent: SpanID, _ user: String, start: UInt64, lasts: UInt64, like: Span? = nil
  ) -> Span {
    let service = services[number]
    let route = Int(random.below(20))
    let (method, path) = service.routes[route]
    let isFailed = random.below(100) == 0
    let url = like?.attributes.first { $0.key == "url.full" }?.value.stringValue ?? url(of: number, route)
    var span = Span(
      traceID: traceID, spanID: SpanID(rawValue: random.next()), parentSpanID: parent, flags: parent.isZero ? 1 : 0x301,
      name: "\(method) \(path)", kind: .server, start: time(start), end: time(start + lasts),
      attributes: [
        Attribute("http.request.method", .string(method)), Attribute("http.route", .string(path)),
        Attribute("url.full", .string(url)), Attribute("http.response.status_code", .int(isFailed ? 500 : 200)),
        Attribute("server.address", .string(service.host)), Attribute("server.port", .int(8080)),
        Attribute("network.protocol.version", .string("1.1")), Attribute("user.id", .string(user)),
        Attribute("user_agent.original", .string("grpc-node-js/1.8.14")),
      ], resource: service.resource, scope: service.serverScope)
    if isFailed {
      span.status = SpanStatus(code: .error)
      span.events = [failure(at: start + lasts / 2)]
    }
    return span
  }

  private mutating func client(
    _ number: Int, to target: Int, _ traceID: TraceID, parent: SpanID, start: UInt64, lasts: UInt64
  ) -> Span {
    let service = services[number]
    let route = Int(random.below(20))
    let method = services[target].routes[route].method
    return Span(
      traceID: traceID, spanID: SpanID(rawValue: random.next()), parentSpanID: parent, flags: 0x101, name: method,
      kind: .client, start: time(start), end: time(start + lasts),
      attributes: [
        Attribute("http.request.method", .string(method)), Attribute("url.full", .string(url(of: target, route))),
        Attribute("http.response.status_code", .int(200)),
        Attribute("server.address", .string(services[target].host)), Attribute("server.port", .int(8080)),
        Attribute("network.protocol.version", .string("1.1")), Attribute("http.request.resend_count", .int(0)),
        Attribute("network.peer.address", .string("10.8.3.\(20 + target)")), Attribute("network.peer.port", .int(8080)),
      ], resource: service.resource, scope: service.clientScope)
  }

  private mutating func plain(_ number: Int, _ traceID: TraceID, _ parent: SpanID, start: UInt64) -> Span {
    let service = services[number]
    return Span(
      traceID: traceID, spanID: SpanID(rawValue: random.next()), parentSpanID: parent, flags: 0x101,
      name: "prepare \(service.routes[Int(random.below(5))].route.dropFirst(8))", kind: .internal, start: time(start),
      end: time(start + 1_000_000 + random.below(70_000_000)),
      attributes: [
        Attribute("app.items.count", .int(Int64(random.below(40)))), Attribute("app.currency", .string("EUR")),
        Attribute("app.order.id", .string("ord-\(random.below(90_000_000) + 10_000_000)")),
        Attribute("code.function.name", .string("shop.\(service.name).Preparation.run")),
        Attribute("thread.id", .int(Int64(20 + random.below(16)))),
        Attribute("thread.name", .string("worker-\(random.below(16))")),
      ], resource: service.resource, scope: service.serverScope)
  }

  private mutating func database(_ number: Int, _ traceID: TraceID, parent: SpanID, start: UInt64) -> Span {
    let service = services[number]
    let statement = Int(random.below(UInt64(service.statements.count)))
    return Span(
      traceID: traceID, spanID: SpanID(rawValue: random.next()), parentSpanID: parent, flags: 0x101,
      name: "SELECT table\(statement)", kind: .client, start: time(start),
      end: time(start + 100_000 + random.below(900_000)),
      attributes: [
        Attribute("db.system.name", .string("postgresql")), Attribute("db.namespace", .string(service.name)),
        Attribute("db.operation.name", .string("SELECT")),
        Attribute("db.query.text", .string(service.statements[statement])),
        Attribute("db.collection.name", .string("table\(statement)")),
        Attribute("server.address", .string("db-\(service.name).internal")), Attribute("server.port", .int(5432)),
        Attribute("db.response.returned_rows", .int(Int64(random.below(50)))),
      ], resource: service.resource, scope: service.clientScope)
  }

  private mutating func url(of number: Int, _ route: Int) -> String {
    let path = services[number].routes[route].route.dropLast(5)
    return "http://\(services[number].host):8080\(path)/\(10_000_000 + random.below(90_000_000))"
  }

  private func failure(at moment: UInt64) -> SpanEvent {
    let frames = (0..<20).map { "  at shop.Handler.step\($0) (/srv/app/src/handler\($0).js:\($0 * 17 + 3):9)" }
    return SpanEvent(
      time: time(moment), name: "exception",
      attributes: [
        Attribute("exception.type", .string("TimeoutError")),
        Attribute("exception.message", .string("upstream timed out")),
        Attribute("exception.stacktrace", .string(frames.joined(separator: "\n"))),
      ])
  }

  private func time(_ unixNanoseconds: UInt64) -> Timestamp { Timestamp(unixNanoseconds: unixNanoseconds) }

  private static func service(_ number: Int) -> Service {
    let names = [
      "frontend", "cart", "checkout", "payment", "shipping", "email", "currency", "quote", "catalogue", "ads",
    ]
    let kinds = ["", "-batch", "-api", "-worker", "-cache", "-gateway"]
    let kind = number / names.count
    let name = names[number % names.count] + (kind < kinds.count ? kinds[kind] : "-\(kind)")
    let things = ["products", "orders", "carts", "sessions", "offers", "reviews", "invoices"]
    return Service(
      name: name, host: "\(name).shop.svc.cluster.local",
      resource: Resource(attributes: [
        Attribute("service.name", .string(name)), Attribute("service.namespace", .string("shop")),
        Attribute("service.version", .string("2.4.\(number)")),
        Attribute("service.instance.id", .string("8c1f4d2e-7a3b-4c5d-9e6f-00000000\(1000 + number)")),
        Attribute("telemetry.sdk.language", .string("nodejs")),
        Attribute("telemetry.sdk.name", .string("opentelemetry")),
        Attribute("telemetry.sdk.version", .string("1.30.1")),
        Attribute("deployment.environment.name", .string("production")),
        Attribute("k8s.namespace.name", .string("shop")),
        Attribute("k8s.pod.name", .string("\(name)-6d4cf56db6-x\(number)kq")),
        Attribute("k8s.node.name", .string("node-\(number % 6)")), Attribute("host.arch", .string("amd64")),
      ]),
      serverScope: InstrumentationScope(name: "@opentelemetry/instrumentation-http", version: "0.57.1"),
      clientScope: InstrumentationScope(name: "@opentelemetry/instrumentation-undici", version: "0.10.0"),
      routes: (0..<20).map { ($0 % 3 == 0 ? "POST" : "GET", "/api/v1/\(things[$0 % 7])\($0 / 7)/\(name)/{id}") },
      statements: (0..<4).map {
        "SELECT id, name, price, updated_at FROM table\($0) WHERE id = $1 AND tenant = $2 ORDER BY updated_at LIMIT \($0 + 10)"
      })
  }
}

extension Workload {
  /// https://prng.di.unimi.it/splitmix64.c
  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
  }
}
