import TraceModel

/// Figures as monitoring systems know them: of spans by service, name, kind and outcome, and of calls by their two ends.
package struct TraceMetrics: Sendable {
  package struct Service: Hashable, Sendable {
    package var name: String
    /// Empty where there is none.
    package var namespace: String

    package init(name: String, namespace: String = "") {
      self.name = name
      self.namespace = namespace
    }
  }

  package struct SpanKey: Hashable, Sendable {
    package var service: Service
    package var name: String
    package var kind: SpanKind
    package var outcome: Outcome

    package init(service: Service, name: String, kind: SpanKind, outcome: Outcome) {
      self.service = service
      self.name = name
      self.kind = kind
      self.outcome = outcome
    }
  }

  /// Nodes of the same name and namespace are one here, whatever they are on the map.
  package struct EdgeKey: Hashable, Sendable {
    package var client: Service
    package var server: Service
    package var kind: ServiceMap.EdgeKind

    package init(client: Service, server: Service, kind: ServiceMap.EdgeKind) {
      self.client = client
      self.server = server
      self.kind = kind
    }
  }

  package struct EdgeFigures: Hashable, Sendable {
    package var outcomes = OutcomeCounts()
    /// As the caller saw it.
    package var latency = LatencyHistogram()
    /// Of messages: from the end of sending one to the start of taking it.
    package var queueTime = LatencyHistogram()

    package init() {}

    package static func += (sum: inout EdgeFigures, more: EdgeFigures) {
      sum.outcomes += more.outcomes
      sum.latency += more.latency
      sum.queueTime += more.queueTime
    }
  }

  package var spans: [SpanKey: LatencyHistogram] = [:]
  package var edges: [EdgeKey: EdgeFigures] = [:]
  /// Those that sent spans.
  package var services: Set<Service> = []
  /// Spans that should have had a partner in another service, and had none.
  package var unpaired: UInt64 = 0

  package init() {}
}

extension TraceMetrics.Service {
  package init(_ identity: NodeIdentity) {
    self.init(name: identity.name, namespace: identity.namespace ?? "")
  }
}

extension Aggregates {
  /// Figures of spans are there only as far as span names were asked for when these were added up.
  package func metrics() -> TraceMetrics {
    var metrics = TraceMetrics()
    let map = NodesAndEdges(self)
    for (identity, node) in map.nodes where node.sendsSpans && node.spans > 0 {
      metrics.services.insert(.init(identity))
    }
    for (key, edge) in map.edges {
      let own = TraceMetrics.EdgeKey(client: .init(key.source), server: .init(key.target), kind: key.kind)
      metrics.edges[own, default: TraceMetrics.EdgeFigures()] += TraceMetrics.EdgeFigures(edge)
    }
    let cells = figures.sortedCells()
    var sums: [TraceMetrics.SpanKey: LatencySum] = [:]
    for (position, row) in figures.rows.enumerated() where row.key.isSpanName {
      let key = TraceMetrics.SpanKey(
        service: .init(keys.parties[Int(row.key.source)]), name: keys.names[Int(row.key.name)],
        kind: SpanKind(rawValue: Int32(row.key.kind)), outcome: Outcome(rawValue: row.key.outcome) ?? .ok)
      sums[key, default: LatencySum()].add(row, cells[position])
    }
    for (key, sum) in sums {
      let latency = sum.latency
      if latency.count > 0 { metrics.spans[key] = latency }
    }
    for period in [Period.whole, .skewed] {
      metrics.unpaired &+= UInt64(clamping: figures.row(of: .coverage(period))?.counts[1] ?? 0)
    }
    return metrics
  }
}

extension TraceMetrics.EdgeFigures {
  init(_ edge: NodesAndEdges.Edge) {
    outcomes = edge.sum.outcomes
    latency = edge.sum.latency
    if edge.queueTime.calls > 0 { queueTime = edge.queueTime.latency }
  }
}
