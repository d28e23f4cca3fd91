import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import QueryAPI
import RingStore
import Testing
import TraceLinking
import TraceModel
import TraceQuery

/// A ring of a few traces that never change, and a server that answers from it without a socket.
///
/// Each trace, numbered from 1 and a second after the one before: `web` serves `POST /checkout`, asks `cart` over HTTP
/// (which asks PostgreSQL) and sends a message to the queue `orders`, which `mailer` takes. In every third trace cart
/// fails with 503; in every fourth it says 404.
enum Fixture {
  static let traceCount: UInt64 = 12
  /// When the last trace ended.
  static let noon = Timestamp(unixSeconds: 1_763_726_400)

  static func traceID(_ number: UInt64) -> TraceID {
    TraceID(high: 0x5b8e_fff7_9803_8103, low: 0xd269_b633_8134_0000 + number)
  }

  static func start(_ number: UInt64) -> Timestamp { noon - .seconds(traceCount - number + 1) }

  /// Lets `body` ask the server, in its own process and without a socket.
  /// - Parameter others: spans that the ring has beside those of its traces.
  static func ask(
    _ policy: APIPolicy = .open, beside others: [TraceModel.Span] = [],
    _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
  ) async throws {
    try await serve(beside: others) { server in
      try await Application(responder: server.responder(policy)).test(.router, body)
    }
  }

  /// Lets `body` have a server over the ring.
  static func serve(
    beside others: [TraceModel.Span] = [], _ body: (QueryServer) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let ring = try Ring.open(
      directory.path, capacity: 32 << 20, files: DiskFileSystem(), now: { noon }, entropy: { 7 },
      fold: ServiceMapFold())
    for number in 1...traceCount { try ring.append([SpanBatch(spans(number))], receivedAt: noon) }
    for start in stride(from: 0, to: others.count, by: 5000) {
      try ring.append([SpanBatch(Array(others[start..<min(start + 5000, others.count)]))], receivedAt: noon)
    }
    try ring.sync()
    let catalog = ring.catalog
    let server = QueryServer(
      queries: TraceQueries { () throws(RingError) in catalog.snapshot },
      health: CollectorHealth(isReady: { true }, counters: { ["received_spans": 72] }, metrics: { [] }), now: { noon })
    try await body(server)
    try ring.close()
  }

  static func spans(_ number: UInt64) -> [TraceModel.Span] {
    let isFault = number % 3 == 0
    let isError = !isFault && number % 4 == 0
    let code: Int64 = isFault ? 503 : isError ? 404 : 200
    func span(
      _ id: UInt64, _ parent: UInt64, _ service: String, _ name: String, _ kind: SpanKind, from: UInt64, to: UInt64,
      _ attributes: [Attribute], isFault: Bool = false
    ) -> TraceModel.Span {
      Span(
        traceID: traceID(number), spanID: SpanID(rawValue: 0xeee1_9b7e_c3c1_b170 + id),
        parentSpanID: SpanID(rawValue: parent == 0 ? 0 : 0xeee1_9b7e_c3c1_b170 + parent), name: name, kind: kind,
        start: start(number) + .milliseconds(from), end: start(number) + .milliseconds(to),
        attributes: attributes, status: SpanStatus(code: isFault ? .error : .unset, message: isFault ? "no room" : ""),
        resource: Resource(attributes: [
          Attribute("service.name", .string(service)), Attribute("service.version", .string("1.4.2")),
          Attribute("host.name", .string("\(service)-0")),
        ]), scope: InstrumentationScope(name: "fixture", version: "0.1"))
    }
    var root = span(
      1, 0, "web", "POST /checkout", .server, from: 0, to: 200 + number * 10,
      [
        Attribute("http.request.method", .string("POST")), Attribute("http.response.status_code", .int(200)),
        Attribute("order.number", .int(Int64(number))), Attribute("is.new", .bool(number % 2 == 0)),
        Attribute("cart.total", .double(Double(number) + 0.5)),
      ])
    root.events = [
      SpanEvent(
        time: start(number) + .milliseconds(5), name: "accepted", attributes: [Attribute("queue", .string("fast"))])
    ]
    var process = span(
      6, 5, "mailer", "orders process", .consumer, from: 130, to: 150,
      [
        Attribute("messaging.system", .string("kafka")), Attribute("messaging.destination.name", .string("orders")),
        Attribute("messaging.operation.type", .string("process")),
      ])
    process.links = [SpanLink(traceID: traceID(number), spanID: SpanID(rawValue: 0xeee1_9b7e_c3c1_b175))]
    return [
      root,
      span(
        2, 1, "web", "GET", .client, from: 10, to: 90,
        [
          Attribute("http.request.method", .string("GET")), Attribute("http.response.status_code", .int(code)),
          Attribute("server.address", .string("cart.example")),
        ], isFault: isFault),
      span(
        3, 2, "cart", "GET /cart/{id}", .server, from: 20, to: 80,
        [Attribute("http.route", .string("/cart/{id}")), Attribute("http.response.status_code", .int(code))],
        isFault: isFault),
      span(
        4, 3, "cart", "SELECT items", .client, from: 30, to: 60,
        [
          Attribute("db.system.name", .string("postgresql")), Attribute("db.namespace", .string("carts")),
          Attribute("server.address", .string("db.example")),
        ]),
      span(
        5, 1, "web", "orders send", .producer, from: 100, to: 110,
        [
          Attribute("messaging.system", .string("kafka")), Attribute("messaging.destination.name", .string("orders")),
          Attribute("messaging.operation.type", .string("send")),
        ]),
      process,
    ]
  }
}
