import TraceModel

// What aggregates answer. All lists are in a fixed order, so that the same spans give the same bytes. Sums of which a
// part is missing can be less than nothing; they count as nothing.

extension Aggregates {
  /// - Parameters:
  ///   - window: what was asked for; its open ends are filled with the earliest and latest span end.
  ///   - overwrittenBefore: goes into the coverage.
  package func serviceMap(_ window: TimeWindow, overwrittenBefore: Timestamp?) -> ServiceMap {
    let sums = NodesAndEdges(self)
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
      skewed: UInt64(clamping: skewed?.spans ?? 0), overwrittenBefore: overwrittenBefore)
  }

  /// The services that sent spans, by namespace and name.
  package func services() -> [ServiceSummary] {
    NodesAndEdges(self).nodes.compactMap { identity, node in
      guard let times = node.times, node.spans > 0 else { return nil }
      return ServiceSummary(
        name: identity.name, namespace: identity.namespace, spans: UInt64(node.spans), outcomes: node.sum.outcomes,
        first: times.first, last: times.last, latency: LatencySummary(node.sum.latency))
    }.sorted { ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name) }
  }

  /// The latencies of the requests that each service served, by name.
  package func serviceLatencies() -> [LatencySeries] {
    NodesAndEdges(self).nodes.filter { $0.value.sendsSpans && $0.value.sum.latency.count > 0 }
      .map { LatencySeries(service: $0.key.path, histogram: $0.value.sum.latency) }
      .sorted { ($0.service ?? "") < ($1.service ?? "") }
  }

  /// The latencies by span name that are wanted, the most frequent first.
  package func spanNameLatencies(_ choice: SpanNameChoice) -> [LatencySeries] {
    struct Name: Hashable {
      var service: UInt16
      var name: UInt32
    }
    let cells = figures.sortedCells()
    var sums: [Name: LatencySum] = [:]
    for (position, row) in figures.rows.enumerated() where row.key.isSpanName {
      let name = Name(service: row.key.source, name: row.key.name)
      guard choice.includes(keys.names[Int(name.name)], of: keys.parties[Int(name.service)]) else { continue }
      sums[name, default: LatencySum()].add(row, cells[position])
    }
    return sums.compactMap { name, sum in
      let histogram = sum.latency
      guard histogram.count > 0 else { return nil }
      return LatencySeries(
        service: keys.parties[Int(name.service)].path, spanName: keys.names[Int(name.name)], histogram: histogram)
    }.sorted {
      ($1.latency.count, $0.service ?? "", $0.spanName ?? "")
        < ($0.latency.count, $1.service ?? "", $1.spanName ?? "")
    }
  }

  /// The latencies of the edges whose ends are meant by these texts: a name, `namespace/name`, or a node's ID.
  package func edgeLatencies(caller: String, callee: String) -> [LatencySeries] {
    NodesAndEdges(self).edges
      .filter { $0.key.source.isMeant(by: caller) && $0.key.target.isMeant(by: callee) && $0.value.calls > 0 }
      .sorted {
        ($0.key.source.path, $0.key.target.path, $0.key.kind.rawValue)
          < ($1.key.source.path, $1.key.target.path, $1.key.kind.rawValue)
      }
      .map { key, sum in
        LatencySeries(
          edge: LatencySeries.Edge(caller: key.source.path, callee: key.target.path), histogram: sum.latency)
      }
  }
}

extension Figures.Row {
  /// Nil if nothing was noted.
  var times: (first: Timestamp, last: Timestamp)? {
    guard first <= last else { return nil }
    return (Timestamp(unixNanoseconds: first), Timestamp(unixNanoseconds: last))
  }
}
