import HTTPTypes
import Hummingbird
import OTLPCodec
import TraceModel
import TraceQuery

/// Jaeger's HTTP API v1, below `/api` (Jaeger.md).
struct JaegerRoutes: Sendable {
  let questions: Questions
  let now: @Sendable () -> Timestamp

  /// How errors are said.
  static let errors = ErrorShape { try Response(json: JaegerEnvelope($0)) }

  /// How its paths begin.
  static let prefixes = [
    "services", "operations", "traces", "dependencies", "metrics", "quality-metrics", "deep-dependencies", "transform",
  ].map { "/api/\($0)" }

  func add(to router: Router<BasicRequestContext>) {
    let api = router.group("api").add(middleware: Self.errors)
    api.get("services") { _, _ in
      try await answer(in: .lookups) { try $0.serviceNames().map { JaegerEnvelope(list: $0) } }
    }
    // A service's name may have slashes, escaped or not.
    api.get("services/**") { request, _ in
      let service = try service(inPath: request.uri.path)
      return try await answer(in: .lookups) { queries in
        try queries.spanNames(ofService: service).map { JaegerEnvelope(list: Set($0.map(\.name)).sorted()) }
      }
    }
    api.get("operations") { request, _ in
      let operations = try JaegerOperations(try JaegerParameters(request), kind: "spanKind")
      return try await answer(in: .lookups) { try operations.answer($0).map { JaegerEnvelope(list: $0) } }
    }
    api.get("traces") { request, _ in try await search(try JaegerParameters(request)) }
    api.get("traces/:id") { request, context in
      try await trace(context.parameters.get("id") ?? "", try JaegerParameters(request))
    }
    api.get("dependencies") { request, _ in
      let dependencies = try JaegerDependencies(try JaegerParameters(request), now: now())
      return try await answer { try dependencies.answer($0).map { JaegerEnvelope($0) } }
    }
    api.get("metrics/minstep") { _, _ in
      try Response(json: JaegerEnvelope(JaegerMetrics.leastStep.nanoseconds / 1_000_000))
    }
    for measure in JaegerMetrics.Measure.allCases {
      api.get("metrics/\(measure.rawValue)") { request, _ in
        let metrics = try JaegerMetrics(measure, try JaegerParameters(request), now: now())
        return try await answer { try metrics.answer($0) }
      }
    }
    api.get("quality-metrics") { request, _ in
      let sample = try JaegerSample(try JaegerParameters(request), now: now())
      return try await answer { queries in
        let found = try sample.traces(queries)
        return Reply(JaegerQuality(found.traces), isPartial: found.isPartial)
      }
    }
    api.get("deep-dependencies") { request, _ in
      let sample = try JaegerSample(try JaegerParameters(request), now: now())
      guard !sample.service.isEmpty else { throw APIError(.badRequest, "parameter 'service' is required") }
      return try await answer { queries in
        let found = try sample.traces(queries)
        return Reply(JaegerPaths(through: sample.service, found.traces), isPartial: found.isPartial)
      }
    }
    api.post("transform") { request, _ in try await transformed(request) }
  }

  private func search(_ parameters: JaegerParameters) async throws -> Response {
    let ids = parameters.all("traceID").filter { !$0.isEmpty }
    if !ids.isEmpty { return try await traces(ids, try parameters.bool("raw")) }
    let search = try JaegerSearch(v1: parameters, now: now())
    guard !search.service.isEmpty else { throw APIError(.badRequest, "parameter 'service' is required") }
    return try await answer { queries in
      let found = try search.traces(queries)
      return Reply(
        JaegerEnvelope(
          found.traces.map { JaegerTrace($0, isRaw: search.isRaw) },
          errors: found.cuts.map { JaegerError(code: nil, message: $0) }), isPartial: found.isPartial)
    }
  }

  /// Several traces by their IDs; those that are not there are told of beside the others.
  private func traces(_ texts: [String], _ isRaw: Bool) async throws -> Response {
    guard texts.count <= APILimits.jaegerTraceIDsMax else {
      throw APIError(.badRequest, "\(texts.count) trace IDs are too many: at most \(APILimits.jaegerTraceIDsMax)")
    }
    let ids = try texts.map { try TraceID(jaeger: $0) }
    return try await answer { queries in
      var (traces, errors, isPartial): ([JaegerTrace], [JaegerError], Bool) = ([], [], false)
      var room = APILimits.jaegerSpansMax
      for id in ids {
        guard room > 0 else {
          isPartial = true
          errors.append(
            JaegerError(
              message: "left out: an answer has at most \(APILimits.jaegerSpansMax) spans",
              traceID: id.description))
          continue
        }
        let found = try queries.linkedTrace(id, spansMax: room, isAdjusted: !isRaw)
        isPartial = isPartial || found.missingBlocks > 0
        guard let trace = found.value else {
          errors.append(JaegerError(message: "trace not found", traceID: id.description))
          continue
        }
        isPartial = isPartial || !trace.isWhole
        room -= trace.trace.spans.count + trace.trace.duplicateCount
        traces.append(JaegerTrace(trace, isRaw: isRaw))
      }
      return Reply(JaegerEnvelope(traces, errors: errors), isPartial: isPartial)
    }
  }

  private func trace(_ text: String, _ parameters: JaegerParameters) async throws -> Response {
    let id = try TraceID(jaeger: JaegerParameters.text(text.utf8, plusIsSpace: false))
    // Where a trace is looked for is no question of time here; but nonsense is told.
    _ = (try parameters.microseconds("start"), try parameters.microseconds("end"))
    let isRaw = try parameters.bool("raw")
    let isPretty = try parameters.bool("prettyPrint")
    return try await answer(in: .lookups, isPretty: isPretty) { queries in
      let found = try queries.linkedTrace(id, spansMax: APILimits.jaegerSpansMax, isAdjusted: !isRaw)
      guard let trace = found.value else { throw APIError(.notFound, "trace not found") }
      return Reply(
        JaegerEnvelope([JaegerTrace(trace, isRaw: isRaw)]), isPartial: found.missingBlocks > 0 || !trace.isWhole)
    }
  }

  /// OTLP's JSON as Jaeger shows it, without storing anything.
  private func transformed(_ request: Request) async throws -> Response {
    var body: [UInt8] = []
    for try await chunk in request.body {
      guard body.count + chunk.readableBytes <= APILimits.bodyByteCountMax else {
        throw APIError(.contentTooLarge, "the body is longer than \(APILimits.bodyByteCountMax) bytes")
      }
      body.append(contentsOf: chunk.readableBytesView)
    }
    let bytes = body
    return try await answer { _ in
      do {
        let decoded = try OTLPJSON.decode(bytes)
        let spans = try decoded.batch.spans()
        var (ids, traces): ([TraceID], [TraceID: [Span]]) = ([], [:])
        for span in spans {
          if traces[span.traceID] == nil { ids.append(span.traceID) }
          traces[span.traceID, default: []].append(span)
        }
        let errors = decoded.rejectedSpans > 0 ? [JaegerError(message: decoded.rejectionMessage)] : []
        return Reply(
          JaegerEnvelope(ids.map { JaegerTrace($0, unlinked: traces[$0] ?? []) }, errors: errors), isPartial: false)
      } catch let error as DecodeError {
        throw APIError(.badRequest, "cannot unmarshal OTLP: \(error)")
      }
    }
  }

  private func service(inPath path: String) throws(APIError) -> String {
    let rest = path.dropFirst("/api/services/".count)
    guard rest.hasSuffix("/operations"), rest.utf8.count > "/operations".utf8.count else {
      throw APIError(.notFound, "no such route; GET /api/services/{service}/operations")
    }
    return JaegerParameters.text(rest.dropLast("/operations".count).utf8, plusIsSpace: false)
  }

  private func answer<Content: Encodable & SendableMetatype>(
    in lane: Questions.Lane = .searches, isPretty: Bool = false,
    _ question: @escaping @Sendable (TraceQueries) throws -> Reply<Content>
  ) async throws -> Response {
    try await questions.ask(in: lane) { try question($0).response(isPretty: isPretty) }
  }
}
