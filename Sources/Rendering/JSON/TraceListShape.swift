import TraceModel

/// The JSON of the traces that a search has found.
struct TraceListShape: Codable {
  var traces: [TraceSummaryShape]
  var partial: Bool?
  var cursor: String?
  var cut: String?

  init(_ list: TraceList, partial: Bool) {
    traces = list.traces.map { TraceSummaryShape($0) }
    self.partial = partial ? true : nil
    cursor = list.cursor
    cut = list.cut?.rawValue
  }

  func list() throws(RenderingError) -> TraceList {
    var summaries: [TraceSummary] = []
    for trace in traces { summaries.append(try trace.summary()) }
    return TraceList(traces: summaries, cursor: cursor, cut: cut.flatMap { AnswerCut(rawValue: $0) })
  }
}

struct TraceSummaryShape: Codable {
  var traceID: String
  var rootService: String
  var rootName: String
  var start: TimeShape
  var durationNS: UInt64
  var spans: UInt64
  var errors: UInt64
  var services: [String]
  var spanSets: [SpanSetShape]?

  enum CodingKeys: String, CodingKey {
    case traceID = "trace_id"
    case rootService = "root_service"
    case rootName = "root_name"
    case start
    case durationNS = "duration_ns"
    case spans, errors, services
    case spanSets = "span_sets"
  }

  init(_ trace: TraceSummary) {
    traceID = trace.id.description
    rootService = trace.rootService
    rootName = trace.rootName
    start = TimeShape(trace.start)
    durationNS = trace.duration.nanoseconds
    spans = trace.spans
    errors = trace.errors
    services = trace.services
    spanSets = trace.spanSets.isEmpty ? nil : trace.spanSets.map { SpanSetShape($0) }
  }

  func summary() throws(RenderingError) -> TraceSummary {
    guard let id = TraceID(hex: traceID) else { throw .unexpected(path: "traces.trace_id") }
    var sets: [SpanSet] = []
    for set in spanSets ?? [] { sets.append(try set.set()) }
    return TraceSummary(
      id: id, rootService: rootService, rootName: rootName, start: start.time,
      duration: Duration(nanoseconds: durationNS), spans: spans, errors: errors, services: services, spanSets: sets)
  }
}
