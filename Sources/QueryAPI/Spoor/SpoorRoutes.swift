import HTTPTypes
import Hummingbird
import OTLPCodec
import Rendering
import TraceModel
import TraceQuery

/// Spoor's own routes, below `/api/spoor/v1` (Routes.md).
struct SpoorRoutes: Sendable {
  let questions: Questions
  let health: CollectorHealth
  let drawings: Drawings

  func add(to router: Router<BasicRequestContext>) {
    let own = router.group("api/spoor/v1").add(middleware: KnownParameters(DescribedRoute.own))
    own.get("traces/:id") { request, context in
      try await traceAnswer(context.parameters.get("id") ?? "", try PageChoice(request))
    }
    own.get("search") { request, _ in
      let search = try TraceSearch(request)
      return try await answer(request) { queries, window in
        let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
        let found = try queries.search(search, window, isTimeUp: { ContinuousClock.now > end })
        return found.response { AnswerJSON.encode($0, partial: found.missingBlocks > 0) }
      }
    }
    own.get("query") { request, _ in
      let question = try MetricsQuestion(request)
      let step = try request.number("step", from: 1).map { Duration(nanoseconds: $0) }
      return try await answer(request) { queries, window in
        let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
        let columns: SpanMetrics.Columns
        do { columns = try queries.metricsColumns(window, step: step) } catch let error as QuestionError {
          throw APIError(.badRequest, "\(error.parameter): \(error)")
        }
        let found = try queries.metrics(question, columns, isTimeUp: { ContinuousClock.now > end })
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
      let retention = try await questions.ask(in: .lookups) { try $0.retention() }
      return try Response(json: StatusDocument(retention, counters: health.counters()))
    }
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
    guard let reference = TraceReference(text) else {
      throw APIError(.badRequest, "\"\(text)\" is not a trace ID: 1 to 32 hexadecimal digits, not all zero")
    }
    // The beginning of an ID is looked for in the blocks.
    return try await questions.ask(in: reference.isWhole ? .lookups : .searches) { queries in
      let end = ContinuousClock.now + .seconds(QueryLimits.shortenedIDSeconds)
      let identification = try queries.trace(namedBy: reference, isTimeUp: { ContinuousClock.now > end })
      let id: TraceID
      switch identification {
      case .trace(let named), .likely(let named, _): id = named
      case .none(let absence): throw APIError(absence)
      }
      let found = try queries.spans(of: id, page)
      guard let spans = found.value else {
        throw APIError(.notFound, "no more spans of trace \(id) are in the ring", isPartial: found.missingBlocks > 0)
      }
      var headers: HTTPFields = [.contentType: "application/x-protobuf"]
      if spans.isPartial { headers[.spoorPartial] = "true" }
      if let next = spans.next { headers[.spoorCursor] = next }
      if let note = identification.note { headers[.spoorNote] = note }
      return Response(
        status: .ok, headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: RequestEncoder.encode(spans.spans))))
    }
  }
}

extension APIError {
  /// 409 where several traces may be meant.
  fileprivate init(_ absence: TraceAbsence) {
    switch absence {
    case .unknown(_, _, let isPartial): self.init(.notFound, absence.description, isPartial: isPartial)
    case .ambiguous: self.init(.conflict, absence.description)
    case .outOfTime: self.init(.notFound, absence.description, isPartial: true)
    }
  }
}
