import TraceModel
import TraceQuery

/// Finds the traces that a question means.
struct ZipkinSearch {
  private let question: ZipkinQuestion
  private let queries: TraceQueries
  private let isTimeUp: () -> Bool
  private(set) var traces: [ZipkinTrace] = []
  /// Whether there may be traces that ought to be in the answer and are not.
  private(set) var isPartial = false
  private var spanCount = 0
  private var known: Set<TraceID> = []

  init(_ question: ZipkinQuestion, _ queries: TraceQueries) {
    self.question = question
    self.queries = queries
    let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
    isTimeUp = { ContinuousClock.now > end }
  }

  mutating func find() throws {
    var services: [String] = []
    if let name = question.serviceName {
      services = try ZipkinNames.services(name, queries)
      if services.isEmpty { return }
    }
    var spanNames: [String] = []
    if let name = question.spanName {
      let known = try ZipkinNames.spanNames(ofServices: question.serviceName == nil ? nil : services, queries)
      spanNames = known.filter { $0.lowercased() == name }.sorted()
      // Names past what is counted are not known, and are found by looking at every span.
      if spanNames.isEmpty && !known.contains(TraceQueries.otherName) { return }
    }
    for traits in question.traits(services: services, spanNames: spanNames) { try find(traits) }
    traces.sort { ($0.start, $0.spans.first?.traceId ?? "") > ($1.start, $1.spans.first?.traceId ?? "") }
    traces.removeSubrange(min(question.limit, traces.count)...)
  }

  /// As many of the traces that have such a span as are wanted, the newest first.
  private mutating func find(_ traits: SpanTraits) throws {
    let before = traces.count
    let window = TimeWindow(from: question.start.lowerBound)
    var cursor: String?
    repeat {
      let page = try PageChoice(limit: question.limit, cursor: cursor)
      let found = try queries.traces(having: traits, window, page, isTimeUp: isTimeUp)
      if found.missingBlocks > 0 { isPartial = true }
      for id in found.value.ids where known.insert(id).inserted {
        if traces.count - before >= question.limit { return }
        guard try add(id) else { return }
      }
      cursor = found.value.cursor
      if cursor != nil, isTimeUp() { isPartial = true }
    } while cursor != nil && traces.count - before < question.limit && !isTimeUp()
  }

  /// - Returns: false once there is no room for another one.
  private mutating func add(_ id: TraceID) throws -> Bool {
    let room = APILimits.zipkinSpansMax - spanCount
    guard room > 0 else {
      isPartial = true
      return false
    }
    let found = try queries.spans(of: id, try PageChoice(limit: room, cursor: nil))
    guard let spans = found.value else { return true }
    if spans.isPartial || found.missingBlocks > 0 { isPartial = true }
    let trace = ZipkinTrace(id, spans.spans)
    // Who calls whom costs a join of the trace, so it is looked at last.
    let isMeant = try question.matches(trace) {
      try ServiceMap(of: id, spans.spans).callees(of: question.serviceName)
    }
    if isMeant {
      traces.append(trace)
      spanCount += trace.spans.count
    }
    return true
  }
}
