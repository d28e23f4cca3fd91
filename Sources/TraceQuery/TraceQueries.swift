import RingStore
import TraceLinking
import TraceModel

/// The questions that can be asked of a ring, in the collector's own process or in another.
///
/// Every question is answered from the state of the ring at its beginning. Reading blocks the calling thread.
package struct TraceQueries: Sendable {
  private let snapshot: @Sendable () throws(RingError) -> RingSnapshot

  /// - Parameter snapshot: called once for each question.
  package init(snapshot: @escaping @Sendable () throws(RingError) -> RingSnapshot) {
    self.snapshot = snapshot
  }

  /// What the ring holds.
  package func retention() throws(RingError) -> Retention {
    try snapshot().retention
  }
}

/// An answer and how much of what it was asked about it could not see.
package struct Answer<Value: Sendable>: Sendable {
  package var value: Value
  /// Blocks left out because they are damaged; the ring says where when it is opened.
  package var damagedBlocks: Int
  /// What the ring held when the question was asked.
  package var retention: Retention
}

// MARK: - One trace

extension TraceQueries {
  /// The spans of one trace in the order of their arrival.
  package struct FoundSpans: Sendable {
    package var spans: [Span]
    /// Whether some of the trace was overwritten, damaged or past the limit while it was read.
    package var isPartial: Bool
  }

  /// All retained spans of a trace, however late they came; nil if there are none.
  package func spans(of id: TraceID) throws(RingError) -> Answer<FoundSpans?> {
    let snapshot = try snapshot()
    let stored = try snapshot.spans(of: id)
    var found = FoundSpans(spans: [], isPartial: stored.isPartial)
    for row in 0..<stored.batch.count {
      if found.spans.count >= QueryLimits.traceSpansMax {
        found.isPartial = true
        break
      }
      do {
        found.spans.append(try stored.batch.span(at: row))
      } catch {
        found.isPartial = true
      }
    }
    let isUnknown = found.spans.isEmpty && !found.isPartial
    return Answer(value: isUnknown ? nil : found, damagedBlocks: stored.damage.count, retention: snapshot.retention)
  }
}

// MARK: - A window

extension TraceQueries {
  /// What talks to what in a window.
  package func serviceMap(_ window: TimeWindow) throws(RingError) -> Answer<ServiceMap> {
    try ask(window) { graph, retention in
      graph.serviceMap(window, overwrittenBefore: retention.hasOverwritten ? retention.oldestArrival : nil)
    }
  }

  /// The services that sent spans in a window.
  package func services(_ window: TimeWindow) throws(RingError) -> Answer<[ServiceSummary]> {
    try ask(window) { graph, _ in graph.services() }
  }

  /// The latencies that `selection` picks, in a window.
  package func latencies(_ selection: LatencySelection, _ window: TimeWindow) throws(RingError)
    -> Answer<[LatencySeries]>
  {
    try ask(window, spanNames: selection.spanNames) { graph, _ in
      switch selection {
      case .services: graph.serviceLatencies()
      case .spanNames: graph.spanNameLatencySeries()
      case .edge(let caller, let callee): graph.edgeLatencies(caller: caller, callee: callee)
      }
    }
  }

  private func ask<Value: Sendable>(
    _ window: TimeWindow, spanNames: CallGraph.SpanNameChoice = .none, _ answer: (CallGraph, Retention) -> Value
  ) throws(RingError) -> Answer<Value> {
    let snapshot = try snapshot()
    var graph = CallGraph(spanNames: spanNames)
    var damagedBlocks = 0
    for block in snapshot.blocks(overlapping: window.widened(by: QueryLimits.contextMargin)) {
      do {
        guard let batch = try snapshot.read(block) else { continue }
        try graph.add(batch) { row in
          window.part(start: batch.starts[row], end: batch.ends[row], received: block.receivedAt)
        }
      } catch {
        damagedBlocks += 1
      }
    }
    graph.join()
    return Answer(
      value: answer(graph, snapshot.retention), damagedBlocks: damagedBlocks, retention: snapshot.retention)
  }
}

/// Which latencies are asked for.
package enum LatencySelection: Hashable, Sendable {
  /// Of the requests that each service served.
  case services
  /// Of a service's spans by name, of one span name, or of both.
  case spanNames(service: String?, name: String?)
  /// Of the calls from one node to another, as the caller saw them.
  case edge(caller: String, callee: String)

  fileprivate var spanNames: CallGraph.SpanNameChoice {
    switch self {
    case .spanNames(let service, let name?): .named(name, service: service)
    case .spanNames(let service?, nil): .ofService(service)
    default: .none
    }
  }
}

extension TimeWindow {
  /// The part that a span with these times plays in an answer about this window.
  fileprivate func part(start: Timestamp, end: Timestamp, received: Timestamp) -> CallGraph.Part {
    let isSkewed =
      start.unixNanoseconds == 0 || end.unixNanoseconds == 0 || end < start
      || end > received + QueryLimits.clockLeadMax
    if isSkewed { return isAll ? .skewed : .context }
    return contains(end) ? .counted : .context
  }

  fileprivate func widened(by margin: Duration) -> TimeWindow {
    TimeWindow(from: from.map { $0 - margin }, to: to.map { $0 + margin })
  }
}
