@testable import TraceLinking
import TraceModel

// What a joined graph answers. All lists are in a fixed order, so that the same spans give the same bytes.

extension Recount {
  /// - Parameters:
  ///   - window: what was asked for; its open ends are filled with the earliest and latest span end.
  ///   - overwrittenBefore: goes into the coverage.
  func serviceMap(_ window: TimeWindow, overwrittenBefore: Timestamp?) -> ServiceMap {
    var coverage = coverage
    coverage.overwrittenBefore = overwrittenBefore
    let drawn = Set(edges.keys.flatMap { [$0.source, $0.target] })
    let shown = nodes.indices.filter { nodes[$0].spans > 0 || drawn.contains($0) }
    return ServiceMap(
      from: window.from ?? earliestEnd, to: window.to ?? latestEnd, coverage: coverage,
      nodes: shown.map { nodes[$0].mapNode }.sorted { $0.id < $1.id },
      edges: edges.map { key, figures in
        ServiceMap.Edge(
          source: nodes[key.source].identity.id, target: nodes[key.target].identity.id, kind: key.kind,
          calls: figures.outcomes.total, outcomes: figures.outcomes, latency: LatencySummary(figures.latency),
          isEstimated: figures.isEstimated,
          timeInQueue: figures.queueTime.count > 0 ? LatencySummary(figures.queueTime) : nil,
          networkTime: figures.networkTime.count > 0 ? LatencySummary(figures.networkTime) : nil)
      }.sorted { ($0.source, $0.target, $0.kind.rawValue) < ($1.source, $1.target, $1.kind.rawValue) })
  }

  /// The services that sent spans, by namespace and name.
  func services() -> [ServiceSummary] {
    nodes.compactMap { node in
      guard node.sendsSpans, let first = node.first, let last = node.last else { return nil }
      return ServiceSummary(
        name: node.identity.name, namespace: node.identity.namespace, spans: node.spans, outcomes: node.outcomes,
        first: first, last: last, latency: LatencySummary(node.latency))
    }.sorted { ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name) }
  }

  /// The latencies of the requests that each service served, by name.
  func serviceLatencies() -> [LatencySeries] {
    nodes.filter { $0.sendsSpans && $0.latency.count > 0 }
      .map { LatencySeries(service: $0.identity.path, histogram: $0.latency) }
      .sorted { ($0.service ?? "") < ($1.service ?? "") }
  }

  /// The latencies by span name that `SpanNameChoice` asked for, the most frequent first.
  func spanNameLatencySeries() -> [LatencySeries] {
    spanNameLatencies
      .map { LatencySeries(service: nodes[$0.service].identity.path, spanName: $0.name, histogram: $1) }
      .sorted {
        ($1.latency.count, $0.service ?? "", $0.spanName ?? "")
          < ($0.latency.count, $1.service ?? "", $1.spanName ?? "")
      }
  }

  /// The latencies of the edges whose ends are meant by these texts: a name, `namespace/name`, or a node's ID.
  func edgeLatencies(caller: String, callee: String) -> [LatencySeries] {
    edges
      .filter { nodes[$0.key.source].identity.isMeant(by: caller) && nodes[$0.key.target].identity.isMeant(by: callee) }
      .map { key, figures in
        LatencySeries(
          edge: LatencySeries.Edge(
            caller: nodes[key.source].identity.path, callee: nodes[key.target].identity.path),
          histogram: figures.latency)
      }
      .sorted { ($0.edge?.caller ?? "", $0.edge?.callee ?? "") < ($1.edge?.caller ?? "", $1.edge?.callee ?? "") }
  }
}

extension Recount.NodeFigures {
  fileprivate var mapNode: ServiceMap.Node {
    ServiceMap.Node(
      id: identity.id, name: identity.name, namespace: identity.namespace, kind: identity.kind, spans: spans,
      outcomes: outcomes, latency: LatencySummary(latency), isEstimated: isEstimated)
  }
}
