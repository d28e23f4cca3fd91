import TraceModel

/// Made-up requests to services that call one another. Each comes in at one service (SERVER), is worked on (INTERNAL) and
/// passed on to the next (CLIENT), `depth` times; the last service asks its database. So a trace has three spans a
/// service, and they come to the collector in as many requests as there are services in it.
struct LoadTraffic {
  private let shape: LoadShape
  private var random: SeededRandom
  private let services: [LoadService]

  init(_ shape: LoadShape) {
    self.shape = shape
    random = SeededRandom(seed: shape.seed)
    services = (0..<shape.services).map { LoadService(number: $0) }
  }

  /// The spans of one request in the order in which they begin, and by which service each is sent. It takes under a
  /// second.
  mutating func trace(startingAt begin: Timestamp) -> [(service: Int, span: Span)] {
    let traceID = TraceID(high: random.next(), low: random.nonZero())
    let isFailed = random.unit() < shape.errors
    var spans: [(service: Int, span: Span)] = []
    var service = random.below(services.count)
    var parent = SpanID.zero
    var (start, length) = (begin.unixNanoseconds, 5_000_000 + UInt64(random.below(400_000_000)))
    for level in 0..<shape.depth {
      let next = (service + 1 + random.below(3)) % services.count
      let isLast = level == shape.depth - 1
      let server = span(.server, services[service], traceID, parent, start, length, isFailed)
      let work = span(.internal, services[service], traceID, server.spanID, start + 20_000, length - 40_000, false)
      (start, length) = (start + 30_000, max(100_000, length - length / 8))
      let client =
        isLast
        ? database(services[service], traceID, work.spanID, start, length, isFailed)
        : span(.client, services[next], calledBy: services[service], traceID, work.spanID, start, length, isFailed)
      spans += [(service, server), (service, work), (service, client)]
      parent = client.spanID
      (start, length) = (start + 50_000, max(100_000, length - 90_000))
      service = next
    }
    return spans
  }

  private mutating func span(
    _ kind: SpanKind, _ service: LoadService, calledBy caller: LoadService? = nil, _ traceID: TraceID,
    _ parent: SpanID, _ start: UInt64, _ length: UInt64, _ isFailed: Bool
  ) -> Span {
    let route = random.below(LoadService.routeCount)
    var attributes: [Attribute]
    switch kind {
    case .internal:
      attributes = [
        Attribute("code.function.name", .string("load.\(service.name).Work.step\(route)")),
        Attribute("thread.id", .int(Int64(20 + random.below(16)))),
        Attribute("app.order.id", .string("order-\(random.below(100_000_000))")),
        Attribute("app.items.count", .int(Int64(random.below(40)))),
      ]
    default:
      attributes = [
        Attribute("http.request.method", .string(service.method(of: route))),
        kind == .client
          ? Attribute("url.full", .string("\(service.url(of: route))/\(random.below(100_000_000))"))
          : Attribute("http.route", .string(service.route(route))),
        Attribute("http.response.status_code", .int(isFailed ? 500 : 200)),
        Attribute("server.address", .string(service.host)), Attribute("server.port", .int(8080)),
        Attribute("network.protocol.version", .string("1.1")),
        Attribute("user.id", .string("user-\(random.below(20_000))")),
        Attribute("user_agent.original", .string("Mozilla/5.0 (X11; Linux x86_64) spoor-load/1.0")),
      ]
    }
    fit(&attributes)
    let name =
      switch kind {
      case .server: "\(service.method(of: route)) \(service.route(route))"
      case .client: service.method(of: route)
      default: "step \(route)"
      }
    return made(name, kind, caller ?? service, traceID, parent, start, length, attributes, isFailed)
  }

  private mutating func database(
    _ service: LoadService, _ traceID: TraceID, _ parent: SpanID, _ start: UInt64, _ length: UInt64, _ isFailed: Bool
  ) -> Span {
    let table = random.below(4)
    var attributes = [
      Attribute("db.system.name", .string("postgresql")), Attribute("db.namespace", .string(service.name)),
      Attribute("db.operation.name", .string("SELECT")),
      Attribute(
        "db.query.text", .string("SELECT id, name, price FROM table\(table) WHERE id = $1 AND tenant = $2 LIMIT 10")),
      Attribute("server.address", .string("db-\(service.name).internal")), Attribute("server.port", .int(5432)),
      Attribute("db.response.returned_rows", .int(Int64(random.below(50)))),
    ]
    fit(&attributes)
    return made("SELECT table\(table)", .client, service, traceID, parent, start, length, attributes, isFailed)
  }

  private mutating func made(
    _ name: String, _ kind: SpanKind, _ service: LoadService, _ traceID: TraceID, _ parent: SpanID, _ start: UInt64,
    _ length: UInt64, _ attributes: [Attribute], _ isFailed: Bool
  ) -> Span {
    let (start, end) = (Timestamp(unixNanoseconds: start), Timestamp(unixNanoseconds: start + length))
    var span = Span(
      traceID: traceID, spanID: SpanID(rawValue: random.nonZero()), parentSpanID: parent,
      flags: parent.isZero ? 0x101 : 0x301, name: name, kind: kind, start: start, end: end, attributes: attributes,
      resource: service.resource, scope: service.scope)
    if isFailed {
      span.status = SpanStatus(code: .error, message: "upstream timed out")
      span.events = [
        SpanEvent(
          time: end, name: "exception",
          attributes: [
            Attribute("exception.type", .string("TimeoutError")),
            Attribute("exception.message", .string("upstream timed out")),
          ])
      ]
    }
    return span
  }

  /// To as many as the shape wants.
  private mutating func fit(_ attributes: inout [Attribute]) {
    if attributes.count > shape.attributes { attributes.removeLast(attributes.count - shape.attributes) }
    for number in attributes.count..<shape.attributes {
      attributes.append(
        Attribute("app.attribute.\(number)", .string("value-\(random.below(1_000)) of a thousand values")))
    }
  }
}
