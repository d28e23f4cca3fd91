import TraceModel

/// Under which ID each span of a trace is shown, and under which one its parent: Zipkin's tracers give both ends of a call
/// the same, and careless ones use one again, while those who draw by IDs need each to be one span's.
struct SpanIdentities {
  /// By position.
  let ids: [SpanID]
  private let trace: Trace
  private let known: Set<SpanID>
  /// The callers' ends of calls whose other ends had the same ID.
  private let callers: [Int: Int]

  init(_ trace: Trace) {
    self.trace = trace
    known = Set(trace.spans.map(\.span.spanID))
    var (used, ids): (Set<SpanID>, [SpanID]) = ([], [])
    var outgoing: [SpanID: Int] = [:]
    for (position, linked) in trace.spans.enumerated() where linked.span.kind.isOutgoing {
      if outgoing[linked.span.spanID] == nil { outgoing[linked.span.spanID] = position }
    }
    var callers: [Int: Int] = [:]
    var next = (known.max()?.rawValue ?? 0) &+ 1
    for (position, linked) in trace.spans.enumerated() {
      let id = linked.span.spanID
      if let caller = outgoing[id], caller != position {
        let isOtherEnd = linked.span.kind.isIncoming && trace.spans[caller].parent == linked.parent
        if isOtherEnd { callers[position] = caller }
      } else if used.insert(id).inserted {
        ids.append(id)
        continue
      }
      while next == 0 || known.contains(SpanID(rawValue: next)) || used.contains(SpanID(rawValue: next)) { next &+= 1 }
      used.insert(SpanID(rawValue: next))
      ids.append(SpanID(rawValue: next))
    }
    (self.ids, self.callers) = (ids, callers)
  }

  func isKnown(_ id: SpanID) -> Bool { known.contains(id) }

  /// Nil for a root. An orphan has the parent that it names.
  func parent(of position: Int) -> SpanID? {
    if let caller = callers[position] { return ids[caller] }
    let linked = trace.spans[position]
    if let parent = linked.parent { return ids[parent] }
    return linked.span.parentSpanID.isZero ? nil : linked.span.parentSpanID
  }
}
