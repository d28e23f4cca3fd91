import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// The latencies that `selection` picks, in a window.
  ///
  /// Footers tell outcomes apart for spans only. For the requests of services and for edges, the window's spans are joined
  /// again, once for each outcome asked for.
  /// - Parameter hasExemplars: whether to look for traces beside the percentiles, as `Exemplars` does.
  package func latencies(
    _ selection: LatencySelection, _ window: TimeWindow, hasExemplars: Bool = false
  ) throws(QueryError) -> Answer<[LatencySeries]> {
    var answer =
      if selection.hasOutcome && !selection.isOfSpans {
        try joinedLatencies(selection, window)
      } else {
        try ask(window, spanNames: SpanNameChoice(selection)) { graph, _ in graph.latencies(selection) }
      }
    if hasExemplars {
      let exemplars = Exemplars(answer.value)
      let snapshot = try takeSnapshot()
      answer.value =
        if case .edge = selection.subject {
          try exemplars.foundByTrace(selection, snapshot, window, isAbandoned)
        } else {
          try exemplars.found(selection, snapshot, window, isAbandoned)
        }
    }
    return answer
  }

  private func joinedLatencies(_ selection: LatencySelection, _ window: TimeWindow) throws(QueryError)
    -> Answer<[LatencySeries]>
  {
    let snapshot = try takeSnapshot()
    var answer = Answer(
      value: [LatencySeries](), missingBlocks: snapshot.damage.count, retention: snapshot.retention)
    for outcome in selection.outcome.map({ [$0] }) ?? Outcome.allCases {
      let sum = try SpanJoin(snapshot, isAbandoned).aggregates(window, outcome)
      answer.missingBlocks = max(answer.missingBlocks, snapshot.damage.count + sum.missingBlocks)
      for var series in sum.aggregates.latencies(selection) where series.latency.count > 0 {
        series.outcome = outcome
        answer.value.append(series)
      }
    }
    // By outcome they were already; parts of one stand beside each other.
    answer.value.sort { ($0.subject, $0.outcome?.rawValue ?? 0) < ($1.subject, $1.outcome?.rawValue ?? 0) }
    return answer
  }
}

extension LatencySeries {
  fileprivate var subject: String { service ?? edge.map { "\($0.caller)\u{0}\($0.callee)" } ?? "" }
}
