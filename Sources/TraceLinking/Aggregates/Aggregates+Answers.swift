import TraceModel

// What aggregates answer. All lists are in a fixed order, so that the same spans give the same bytes. Sums of which a
// part is missing can be less than nothing; they count as nothing.

extension Aggregates {
  /// - Parameters:
  ///   - window: what was asked for; its open ends are filled with the earliest and latest span end.
  ///   - overwrittenBefore: goes into the coverage.
  ///   - grouping: says which node stands for each; nil where each stands for itself.
  package func serviceMap(
    _ window: TimeWindow, overwrittenBefore: Timestamp?, grouping: ((NodeIdentity) -> NodeIdentity)? = nil
  ) -> ServiceMap {
    var sums = NodesAndEdges(self)
    if let grouping { sums.group(grouping) }
    let ends = figures.row(of: .coverage(.whole))?.times
    return ServiceMap(
      from: window.from ?? ends?.first, to: window.to ?? ends?.last,
      coverage: coverage(overwrittenBefore: overwrittenBefore), nodes: sums.mapNodes, edges: sums.mapEdges)
  }

  private func coverage(overwrittenBefore: Timestamp?) -> ServiceMap.Coverage {
    var sum = Figures.Row(.coverage(.whole))
    let skewed = figures.row(of: .coverage(.skewed))
    for row in [figures.row(of: .coverage(.whole)), skewed] {
      if let row { sum.merge(row, weight: 1) }
    }
    return ServiceMap.Coverage(
      spans: UInt64(clamping: sum.spans), paired: UInt64(clamping: sum.counts[0]),
      unpaired: UInt64(clamping: sum.counts[1]), late: UInt64(clamping: sum.counts[2]),
      unlinked: UInt64(clamping: sum.counts[3]),
      skewed: UInt64(clamping: skewed?.spans ?? 0), overwrittenBefore: overwrittenBefore)
  }

  /// The services that sent spans, by namespace and name.
  package func services() -> [ServiceSummary] {
    NodesAndEdges(self).nodes.compactMap { identity, node in
      guard let times = node.times, node.spans > 0 else { return nil }
      return ServiceSummary(
        name: identity.name, namespace: identity.namespace, spans: UInt64(node.spans), outcomes: node.sum.outcomes,
        first: times.first, last: times.last, latency: LatencySummary(node.sum.latency), isEstimated: node.isEstimated)
    }.sorted { ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name) }
  }
}

extension Figures.Row {
  /// Nil if nothing was noted.
  var times: (first: Timestamp, last: Timestamp)? {
    guard first <= last else { return nil }
    return (Timestamp(unixNanoseconds: first), Timestamp(unixNanoseconds: last))
  }
}
