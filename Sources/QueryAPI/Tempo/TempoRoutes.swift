import HTTPTypes
import Hummingbird
import TraceModel
import TraceQuery

/// Tempo's HTTP API (Tempo.md): at the root, where `/api/traces/{id}` is Jaeger's for whoever does not ask for protobuf, and
/// whole below `/tempo`.
struct TempoRoutes: Sendable {
  let questions: Questions
  let now: @Sendable () -> Timestamp

  /// Errors are plain text.
  static let errors = ErrorShape { Response(text: $0.message + "\n") }

  func add(to router: Router<BasicRequestContext>) {
    add(to: router.group("api").add(middleware: Self.errors))
    let own = router.group("tempo/api").add(middleware: Self.errors)
    add(to: own)
    own.get("traces/:id") { request, context in
      try await trace(request, context) { $0.v1(asProtobuf: TempoTrace.wantsProtobuf(request)) }
    }
  }

  private func add(to api: RouterGroup<BasicRequestContext>) {
    api.get("echo") { _, _ in Response(text: "echo") }
    api.get("status/buildinfo") { _, _ in try Response(json: TempoBuildInfo()) }
    api.get("v2/traces/:id") { request, context in
      try await trace(request, context) { try $0.v2(asProtobuf: TempoTrace.wantsProtobuf(request)) }
    }
    api.get("search") { request, _ in
      let question = try TempoSearch(TempoParameters(request))
      return try await answer { queries in
        let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
        let found = try queries.search(question.search, question.window) { ContinuousClock.now > end }
        return (TempoSearchAnswer(found.value), found.missingBlocks)
      }
    }
    addMetrics(to: api)
    api.get("search/tags") { request, _ in
      let tags = try TempoTags(TempoParameters(request))
      return try await answer { try tags.answer($0) { tags.v1($0) } }
    }
    api.get("v2/search/tags") { request, _ in
      let tags = try TempoTags(TempoParameters(request))
      return try await answer { try tags.answer($0) { tags.v2($0) } }
    }
    api.get("search/tag/:tag/values") { request, context in
      let values = try TempoTagValues(tag: context.parameters.get("tag") ?? "", TempoParameters(request))
      if let fixed = values.fixed {
        return try Response(json: TempoTagValues.V1(tagValues: fixed.map(\.value), metrics: .none))
      }
      return try await answer { try values.answer($0) { values.v1($0) } }
    }
    api.get("v2/search/tag/:tag/values") { request, context in
      let values = try TempoTagValues(tag: context.parameters.get("tag") ?? "", TempoParameters(request))
      if let fixed = values.fixed { return try Response(json: TempoTagValues.V2(tagValues: fixed, metrics: .none)) }
      return try await answer { try values.answer($0) { values.v2($0) } }
    }
  }

  private func addMetrics(to api: RouterGroup<BasicRequestContext>) {
    api.get("metrics/query_range") { request, _ in
      try await metrics(request, isInstant: false) { TempoRange($0) }
    }
    api.get("metrics/query") { request, _ in
      try await metrics(request, isInstant: true) { TempoInstant($0) }
    }
  }

  private func metrics<Value: Encodable & Sendable>(
    _ request: Request, isInstant: Bool, _ tell: @escaping @Sendable (SpanMetrics) -> Value
  ) async throws -> Response {
    let metrics = try TempoMetrics(TempoParameters(request), isInstant: isInstant, now: now())
    return try await answer { queries in
      let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
      let found = try queries.metrics(metrics.question, metrics.columns, isTimeUp: { ContinuousClock.now > end })
      return (tell(found.value), found.missingBlocks)
    }
  }

  private func answer<Value: Encodable & Sendable>(
    _ make: @escaping @Sendable (TraceQueries) throws -> (value: Value, missingBlocks: Int)
  ) async throws -> Response {
    try await questions.ask { queries in
      let found = try make(queries)
      var response = try Response(json: found.value)
      if found.missingBlocks > 0 { response.headers[.spoorPartial] = "true" }
      return response
    }
  }

  /// - Parameter form: what the trace is answered as.
  func trace(
    _ request: Request, _ context: BasicRequestContext,
    as form: @escaping @Sendable (TempoTrace) throws -> Response
  ) async throws -> Response {
    try await trace(context.parameters.get("id") ?? "", TempoParameters(request), as: form)
  }

  func trace(
    _ text: String, _ parameters: TempoParameters, as form: @escaping @Sendable (TempoTrace) throws -> Response
  ) async throws -> Response {
    guard let id = TraceID(hex: text) else {
      throw APIError(.badRequest, "trace IDs can only contain hex characters: at most 32 of them, not all zero")
    }
    // Where a trace is looked for is no question of time here; but nonsense is told.
    _ = try parameters.window()
    return try await questions.ask(in: .lookups) { queries in
      let found = try queries.spans(of: id)
      guard let spans = found.value else {
        throw APIError(.notFound, "trace not found", isPartial: found.missingBlocks > 0)
      }
      return try form(TempoTrace(found: spans, missingBlocks: found.missingBlocks))
    }
  }
}

extension TempoTags {
  fileprivate func answer<Value>(
    _ queries: TraceQueries, _ tell: (AttributeKeys) -> Value
  ) throws -> (value: Value, missingBlocks: Int) {
    // What every span has is known without looking.
    if scope == "intrinsic" { return (tell(AttributeKeys()), 0) }
    let end = ContinuousClock.now + .seconds(APILimits.tagSeconds)
    let found = try queries.attributeKeys(window) { ContinuousClock.now > end }
    return (tell(found.value), found.missingBlocks)
  }
}

extension TempoTagValues {
  fileprivate func answer<Value>(
    _ queries: TraceQueries, _ tell: (AttributeValues) -> Value
  ) throws -> (value: Value, missingBlocks: Int) {
    let end = ContinuousClock.now + .seconds(APILimits.tagSeconds)
    let found = try queries.attributeValues(of: field, like: question, window) { ContinuousClock.now > end }
    return (tell(found.value), found.missingBlocks)
  }
}
