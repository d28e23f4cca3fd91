import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOPosix
import OTLPCodec
import Rendering
import ServiceLifecycle
import Synchronization
import TraceModel
import TraceQuery

/// The HTTP server that answers questions: `/ready`, `/metrics`, and Spoor's own routes below `/api/spoor/v1`.
package struct QueryServer: Sendable {
  private let questions: Questions
  private let health: CollectorHealth
  private let drawings: Drawings

  /// - Parameters:
  ///   - queries: what the answers are made from.
  ///   - health: how the collector is, for `ready`, `metrics` and `status`.
  ///   - draw: what lays out maps as pictures, with a bound on its time; whatever it throws says in a sentence why not.
  ///     Nil where there is nothing.
  package init(queries: TraceQueries, health: CollectorHealth, draw: MapPicture.Draw? = nil) {
    questions = Questions(queries)
    self.health = health
    drawings = Drawings(draw)
  }

  /// The server as a service that listens from `run()` on until a graceful shutdown.
  /// - Parameters:
  ///   - port: 0 for one that the kernel picks.
  ///   - onListening: called once with the real port.
  package func service(
    host: String, port: Int, logger: Logger, onListening: @escaping @Sendable (Int) -> Void
  ) -> some Service {
    Application(
      router: router,
      server: .http1(configuration: .init(idleTimeout: .seconds(APILimits.idleSeconds))),
      configuration: .init(
        address: .hostname(host, port: port), serverName: "spoor",
        availableConnectionsDelegate: .maximum(APILimits.connectionsMax, logger: logger)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) }, logger: logger)
  }

  private var router: Router<BasicRequestContext> {
    let router = Router()
    router.get("ready") { _, _ in
      health.isReady() ? Response(text: "ready\n") : Response(text: "shutting down\n", status: .serviceUnavailable)
    }
    router.get("metrics") { _, _ in
      Response(text: PrometheusText.encode(health.metrics()), contentType: PrometheusText.contentType)
    }
    let own = router.group("api/spoor/v1")
    own.get("traces/:id") { request, context in
      try await traceAnswer(context.parameters.get("id") ?? "", try PageChoice(request))
    }
    own.get("search") { request, _ in
      let search = try TraceSearch(request)
      return try await answer(request) { queries, window in
        let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
        let found = try queries.traces(search, window, isTimeUp: { ContinuousClock.now > end })
        return found.response { AnswerJSON.encode($0, partial: found.missingBlocks > 0) }
      }
    }
    own.get("map") { request, _ in
      try await mapAnswer(try MapRequest(request))
    }
    own.get("services") { request, _ in
      try await answer(request) { queries, window in
        try queries.services(window).response(AnswerJSON.encode)
      }
    }
    own.get("latency") { request, _ in
      let selection = try LatencySelection(request)
      let hasExemplars = request.uri.queryParameters["exemplars"] == "true"
      return try await answer(request) { queries, window in
        try queries.latencies(selection, window, hasExemplars: hasExemplars).response(AnswerJSON.encode)
      }
    }
    own.get("latency/heatmap") { request, _ in
      let selection = try LatencySelection(request)
      let columns = try request.heatMapColumns()
      return try await answer(request) { queries, window in
        try queries.heatMap(selection, window, columnsMax: columns).response(AnswerJSON.encode)
      }
    }
    own.get("status") { _, _ in
      let retention = try await questions.ask { try $0.retention() }
      return try Response(json: StatusDocument(retention, counters: health.counters()))
    }
    return router
  }

  private func answer(
    _ request: Request, _ make: @escaping @Sendable (TraceQueries, TimeWindow) throws -> Response
  ) async throws -> Response {
    let window = try TimeWindow(request)
    return try await questions.ask { try make($0, window) }
  }

  private func mapAnswer(_ request: MapRequest) async throws -> Response {
    let found = try await questions.ask { try request.answer($0) }
    let bytes = try await drawings.bytes(of: MapPicture(found.value, request.style), request.format)
    var response = Response(
      status: .ok, headers: [.contentType: request.format.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    if found.missingBlocks > 0 { response.headers[.spoorPartial] = "true" }
    return response
  }

  /// The spans of a trace as OTLP's TracesData, for the asker to link and draw. Where there are more than the limit, a
  /// header has the cursor of the next page.
  private func traceAnswer(_ text: String, _ page: PageChoice) async throws -> Response {
    guard let id = TraceID(hex: text) else {
      throw APIError(.badRequest, "\"\(text)\" is not a trace ID: 1 to 32 hexadecimal digits, not all zero")
    }
    let found = try await questions.ask { try $0.spans(of: id, page) }
    guard let spans = found.value else {
      throw APIError(.notFound, "no span of trace \(id) is in the ring", isPartial: found.missingBlocks > 0)
    }
    var headers: HTTPFields = [.contentType: "application/x-protobuf"]
    if spans.isPartial { headers[.spoorPartial] = "true" }
    if let next = spans.next { headers[.spoorCursor] = next }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: RequestEncoder.encode(spans.spans)))
    )
  }
}

extension HTTPField.Name {
  /// On an answer that could not see all of what it was asked about: `true`.
  package static var spoorPartial: HTTPField.Name { HTTPField.Name("Spoor-Partial") ?? .via }

  /// On a page of a trace's spans: what leads to the next one, as `?cursor=`.
  package static var spoorCursor: HTTPField.Name { HTTPField.Name("Spoor-Cursor") ?? .via }
}

/// Lets a bounded number of questions read the disk on threads of their own.
private final class Questions: Sendable {
  private let queries: TraceQueries
  private let workers = NIOThreadPool(numberOfThreads: APILimits.workersMax)
  private let underWay = Atomic(0)

  init(_ queries: TraceQueries) {
    self.queries = queries
    workers.start()
  }

  func ask<Value: Sendable>(_ question: @escaping @Sendable (TraceQueries) throws -> Value) async throws -> Value {
    defer { underWay.subtract(1, ordering: .relaxed) }
    guard underWay.add(1, ordering: .relaxed).newValue <= APILimits.questionsMax else {
      throw APIError(.serviceUnavailable, "too many questions at once; try again in a second")
    }
    let deadline = ContinuousClock.now + .seconds(APILimits.questionSeconds)
    let isCancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      let queries = queries.abandoned { isCancelled.load(ordering: .relaxed) || ContinuousClock.now > deadline }
      do {
        return try await workers.runIfActive { try question(queries) }
      } catch let error as QueryError {
        if case .tooManySpans = error { throw APIError(.badRequest, "from, to: \(error)") }
        throw APIError(.serviceUnavailable, error.description)
      }
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }
}
