import HTTPTypes
import Hummingbird
import OTLPCodec
import TraceModel
import TraceQuery

/// Jaeger's HTTP API v3, below `/api/v3`: what the UI of today and Grafana's newer mode ask (Jaeger.md).
struct JaegerV3Routes: Sendable {
  let questions: Questions

  /// How errors are said.
  static let errors = ErrorShape { try Response(json: JaegerV3Error($0)) }

  func add(to router: Router<BasicRequestContext>) {
    let api = router.group("api/v3").add(middleware: Self.errors)
    api.get("services") { _, _ in
      try await answer(in: .lookups) { try $0.serviceNames().map { ["services": $0] } }
    }
    api.get("operations") { request, _ in
      let operations = try JaegerOperations(try JaegerParameters(request), kind: "spanKind", "span_kind")
      return try await answer(in: .lookups) { queries in
        try operations.answer(queries).map { found in
          // Here a kind is never empty, so that a name may be there twice.
          var known: Set<JaegerOperation> = []
          let named = found.map {
            JaegerOperation(name: $0.name, spanKind: $0.spanKind.isEmpty ? "internal" : $0.spanKind)
          }
          return ["operations": named.filter { known.insert($0).inserted }]
        }
      }
    }
    api.get("traces/:id") { request, context in
      try await trace(context.parameters.get("id") ?? "", try JaegerParameters(request))
    }
    api.get("traces") { request, _ in
      let search = try JaegerSearch(v3: try JaegerParameters(request))
      return try await questions.ask { queries in
        let found = try search.traces(queries)
        guard !found.traces.isEmpty else { throw APIError(.notFound, "No traces found") }
        return Self.response(found.traces, isRaw: search.isRaw, cuts: found.cuts, isPartial: found.isPartial)
      }
    }
    api.get("trace-summaries") { request, _ in
      let search = try JaegerSearch(v3: try JaegerParameters(request))
      return try await answer { queries in
        let found = try search.findings(queries)
        return Reply(
          ["summaries": found.summaries.map { JaegerTraceSummary($0) }], isPartial: found.isPartial || found.isCut)
      }
    }
    api.get("dependencies") { request, _ in
      let dependencies = try JaegerDependencies(v3: try JaegerParameters(request))
      return try await answer { try dependencies.answer($0).map { ["dependencies": $0] } }
    }
    api.get("capabilities") { _, _ in
      try Response(json: ["search": ["withoutServiceName": true, "sameSpanConjunction": true]])
    }
  }

  private func trace(_ text: String, _ parameters: JaegerParameters) async throws -> Response {
    let id = try TraceID(jaeger: JaegerParameters.text(text.utf8, plusIsSpace: false))
    _ = (try parameters.time("startTime", "start_time"), try parameters.time("endTime", "end_time"))
    let isRaw = try parameters.bool("rawTraces", "raw_traces")
    return try await questions.ask(in: .lookups) { queries in
      let found = try queries.linkedTrace(id, spansMax: APILimits.jaegerSpansMax, isAdjusted: !isRaw)
      guard let trace = found.value else { throw APIError(.notFound, "trace not found") }
      return Self.response(
        [trace], isRaw: isRaw, cuts: [], isPartial: found.missingBlocks > 0 || !trace.isWhole)
    }
  }

  /// OTLP's JSON. What has to be said of a trace stands where Jaeger says it: in an attribute of its first span.
  private static func response(
    _ traces: [TraceQueries.LinkedTrace], isRaw: Bool, cuts: [String], isPartial: Bool
  ) -> Response {
    var spans: [Span] = []
    var cuts = cuts
    for found in traces {
      let known = Set(found.trace.spans.map(\.span.spanID))
      for (position, linked) in found.trace.spans.enumerated() {
        var span = linked.span
        var warnings = position == 0 ? cuts + found.warnings : []
        if !isRaw { warnings += linked.warnings(isKnownParent: known.contains(span.parentSpanID)) }
        if !warnings.isEmpty {
          span.attributes.append(Attribute(warningsKey, .array(warnings.map { .string($0) })))
        }
        spans.append(span)
      }
      cuts = []
    }
    var response = Response(
      jsonBytes: Array(#"{"result":"#.utf8) + OTLPJSON.encode(spans) + [UInt8(ascii: "}")])
    if isPartial { response.headers[.spoorPartial] = "true" }
    return response
  }

  /// jaeger internal/jptrace/warning.go
  private static let warningsKey = "@jaeger@warnings"

  private func answer<Content: Encodable & SendableMetatype>(
    in lane: Questions.Lane = .searches, _ question: @escaping @Sendable (TraceQueries) throws -> Reply<Content>
  ) async throws -> Response {
    try await questions.ask(in: lane) { try question($0).response() }
  }
}

/// An error as grpc-gateway says it.
struct JaegerV3Error: Encodable {
  var error: Details

  struct Details: Encodable {
    var httpCode: Int
    var message: String
  }

  init(_ error: APIError) {
    self.error = Details(httpCode: error.status.code, message: error.message)
  }
}

/// A trace as the UI's list shows it.
struct JaegerTraceSummary: Encodable {
  var traceId: String
  var rootServiceName: String
  var rootOperationName: String
  /// 64-bit numbers are strings in protobuf's JSON.
  var minStartTimeUnixNano: String
  var maxEndTimeUnixNano: String
  var spanCount: UInt64
  var errorSpanCount: UInt64
  var orphanSpanCount: UInt64
  var services: [Service]

  struct Service: Encodable {
    var name: String
    var spanCount: UInt64
    var errorSpanCount: UInt64
  }

  init(_ summary: TraceSummary) {
    traceId = summary.id.description
    rootServiceName = summary.rootService
    rootOperationName = summary.rootName
    minStartTimeUnixNano = String(summary.start.unixNanoseconds)
    maxEndTimeUnixNano = String((summary.start + summary.duration).unixNanoseconds)
    spanCount = summary.spans
    errorSpanCount = summary.errors
    orphanSpanCount = summary.orphans
    services = summary.serviceCounts.map {
      Service(
        name: $0.name.isEmpty ? Resource().jaegerService : $0.name, spanCount: $0.spans, errorSpanCount: $0.errors)
    }
  }
}
