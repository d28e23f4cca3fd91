import TraceModel

/// What a map was narrowed down to, in its JSON. Members that say nothing are left out.
struct NarrowingShape: Codable {
  var trace: String?
  var question: String?
  var traces: UInt64?
  var hasMoreTraces: Bool?
  var groupedBy: String?
  var around: String?
  var depth: Int?
  var shareMin: Double?
  var hidden: [String]?
  var nodesLeftOut: UInt64?
  var edgesLeftOut: UInt64?

  enum CodingKeys: String, CodingKey {
    case trace = "trace_id"
    case question = "where"
    case traces
    case hasMoreTraces = "more_traces"
    case groupedBy = "group_by"
    case around, depth
    case shareMin = "min_share"
    case hidden = "hide"
    case nodesLeftOut = "nodes_left_out"
    case edgesLeftOut = "edges_left_out"
  }

  init(_ narrowing: ServiceMap.Narrowing) {
    trace = narrowing.trace?.description
    question = narrowing.question
    traces = narrowing.traces
    hasMoreTraces = narrowing.hasMoreTraces ? true : nil
    groupedBy = narrowing.groupedBy
    around = narrowing.around
    depth = narrowing.depth
    shareMin = narrowing.shareMin
    hidden = narrowing.hidden.isEmpty ? nil : narrowing.hidden
    nodesLeftOut = narrowing.nodesLeftOut > 0 ? narrowing.nodesLeftOut : nil
    edgesLeftOut = narrowing.edgesLeftOut > 0 ? narrowing.edgesLeftOut : nil
  }

  var narrowing: ServiceMap.Narrowing {
    var narrowing = ServiceMap.Narrowing()
    narrowing.trace = trace.flatMap { TraceID(hex: $0) }
    narrowing.question = question
    narrowing.traces = traces
    narrowing.hasMoreTraces = hasMoreTraces ?? false
    narrowing.groupedBy = groupedBy
    narrowing.around = around
    narrowing.depth = depth
    narrowing.shareMin = shareMin
    narrowing.hidden = hidden ?? []
    narrowing.nodesLeftOut = nodesLeftOut ?? 0
    narrowing.edgesLeftOut = edgesLeftOut ?? 0
    return narrowing
  }
}
