import HTTPTypes
import Hummingbird
import TraceModel
import TraceQuery

/// The routes of Zipkin's query API, as Grafana's data source and Zipkin's own page ask them (Zipkin.md).
struct ZipkinRoutes: Sendable {
  let questions: Questions
  let health: CollectorHealth
  let now: @Sendable () -> Timestamp

  func add(to router: Router<BasicRequestContext>) {
    // Zipkin's page asks below its own path.
    for path in ["api/v2", "zipkin/api/v2"] {
      let api = router.group("\(path)").add(middleware: ErrorShape { Response(text: $0.message, status: $0.status) })
      addNames(to: api)
      addTraces(to: api)
    }
    router.get("health") { _, _ in
      let isReady = health.isReady()
      var response = try Response(json: ["status": isReady ? "UP" : "DOWN"])
      if !isReady { response.status = .serviceUnavailable }
      return response
    }
    for path in ["info", "zipkin/info"] {
      router.get("\(path)") { _, _ in try Response(json: ["zipkin": ["version": "spoor", "commit": ""]]) }
    }
    router.get("zipkin/config.json") { _, _ in try Response(json: ZipkinPageSettings()) }
  }

  private func addNames(to api: RouterGroup<BasicRequestContext>) {
    api.get("services") { _, _ in
      try await names { _, services in services }
    }
    api.get("spans") { request, _ in
      let name = try request.zipkinService()
      return try await names { queries, _ in
        try ZipkinNames.spanNames(ofServices: ZipkinNames.services(name, queries), queries)
          .filter { $0 != TraceQueries.otherName }
      }
    }
    api.get("remoteServices") { request, _ in
      let name = try request.zipkinService()
      return try await names { queries, _ in Array(try queries.serviceMap(.all).value.callees(of: name)) }
    }
    api.get("autocompleteKeys") { _, _ in try await names { _, _ in [String]() } }
    api.get("autocompleteValues") { request, _ in
      guard request.uri.queryParameters["key"] != nil else { throw APIError(.badRequest, "key is missing") }
      return try await names { _, _ in [String]() }
    }
  }

  /// As Zipkin does it: once there are more than three services, nobody wonders why a new one is not listed at once.
  private func names(
    _ list: @escaping @Sendable (TraceQueries, [String]) throws -> [String]
  ) async throws -> Response {
    let (names, serviceCount) = try await questions.ask(in: .lookups) { queries in
      let services = ZipkinNames.listed(try queries.services(.all).value.map(\.name))
      return (ZipkinNames.listed(try list(queries, services)), services.count)
    }
    var response = try Response(json: names)
    if serviceCount > 3 { response.headers[.cacheControl] = "max-age=300, must-revalidate" }
    return response
  }

  private func addTraces(to api: RouterGroup<BasicRequestContext>) {
    api.get("traces") { request, _ in
      let question = try ZipkinQuestion(request, now: now())
      return try await questions.ask { queries in
        var search = ZipkinSearch(question, queries)
        try search.find()
        return try Response(zipkin: search.traces.map(\.spans), isPartial: search.isPartial)
      }
    }
    api.get("trace/:id") { _, context in
      let text = context.parameters.get("id") ?? ""
      let id = try TraceID(zipkin: text)
      return try await questions.ask(in: .lookups) { queries in
        let (traces, isPartial) = try Self.traces([id], queries)
        guard let trace = traces.first else { throw APIError(.notFound, "\(text) not found", isPartial: isPartial) }
        return try Response(zipkin: trace.spans, isPartial: isPartial)
      }
    }
    api.get("traceMany") { request, _ in
      let ids = try (request.uri.queryParameters["traceIds"] ?? "").split(separator: ",").map {
        try TraceID(zipkin: $0)
      }
      guard !ids.isEmpty else { throw APIError(.badRequest, "traceIds parameter is empty") }
      guard ids.count <= APILimits.zipkinTracesMax else {
        throw APIError(.badRequest, "traceIds has more than \(APILimits.zipkinTracesMax) IDs")
      }
      guard Set(ids).count == ids.count else { throw APIError(.badRequest, "redundant traceId") }
      return try await questions.ask { queries in
        let (traces, isPartial) = try Self.traces(ids, queries)
        return try Response(zipkin: traces.map(\.spans), isPartial: isPartial)
      }
    }
    api.get("dependencies") { request, _ in
      guard let end = try request.zipkinNumber("endTs") else { throw APIError(.badRequest, "endTs is missing") }
      let range = try request.zipkinWindow(end: end)
      let window = TimeWindow(from: range.lowerBound, to: range.upperBound + TraceModel.Duration(nanoseconds: 1))
      return try await questions.ask { queries in
        let map = try queries.serviceMap(window)
        return try Response(zipkin: ZipkinDependency.list(map.value), isPartial: map.missingBlocks > 0)
      }
    }
  }

  /// Those of them that the ring has, in this order.
  private static func traces(
    _ ids: [TraceID], _ queries: TraceQueries
  ) throws -> (traces: [ZipkinTrace], isPartial: Bool) {
    var (traces, isPartial, room) = ([ZipkinTrace](), false, APILimits.zipkinSpansMax)
    for id in ids {
      guard room > 0 else { return (traces, true) }
      let found = try queries.spans(of: id, try PageChoice(limit: room, cursor: nil))
      if found.missingBlocks > 0 { isPartial = true }
      guard let spans = found.value else { continue }
      if spans.isPartial { isPartial = true }
      traces.append(ZipkinTrace(id, spans.spans))
      room -= spans.spans.count
    }
    return (traces, isPartial)
  }
}

extension TraceID {
  fileprivate init(zipkin text: some StringProtocol) throws(APIError) {
    guard let id = TraceID(hex: text) else {
      throw APIError(.badRequest, "\(text) should be a 1 to 32 character lower-hex string with no prefix")
    }
    self = id
  }
}

extension Request {
  fileprivate func zipkinService() throws(APIError) -> String {
    guard let text = uri.queryParameters["serviceName"] else { throw APIError(.badRequest, "serviceName is missing") }
    return text.lowercased()
  }
}

extension Response {
  fileprivate init(zipkin value: some Encodable, isPartial: Bool) throws {
    try self.init(json: value)
    if isPartial { headers[.spoorPartial] = "true" }
  }
}

/// What Zipkin's page asks for before anything else.
private struct ZipkinPageSettings: Encodable {
  let environment = ""
  let queryLimit = APILimits.zipkinTracesUsual
  /// Of the page's form, in milliseconds.
  let defaultLookback = 900_000
  let searchEnabled = true
  let dependency = Dependency()

  struct Dependency: Encodable {
    let enabled = true
    /// From which share of errors on a line is yellow, and red.
    let lowErrorRate = 0.5
    let highErrorRate = 0.75
  }
}
