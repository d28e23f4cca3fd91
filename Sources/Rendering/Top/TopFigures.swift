import TraceModel

/// What `spoor top` shows at one moment: a map of a short window, with its counts as rates.
package struct TopFigures: Sendable {
  package let map: ServiceMap
  package let from: Timestamp
  package let to: Timestamp

  /// - Precondition: the window does not end before it begins.
  package init(_ map: ServiceMap, from: Timestamp, to: Timestamp) {
    precondition(from <= to)
    self.map = map
    self.from = from
    self.to = to
  }

  /// Of nothing less than a millisecond, so that a rate is always a number.
  var seconds: Double { max(0.001, Double(to.since(from).nanoseconds) / 1e9) }

  func perSecond(_ count: Double) -> Double { count / seconds }

  /// Everybody who serves or is called; nothing is to be said of `user`.
  var services: [TopRow] {
    map.nodes.filter { $0.kind != .user }.map { node in
      TopRow(
        id: node.id, name: Self.name(node), kind: node.kind.rawValue, spans: perSecond(Double(node.spans)),
        outcomes: node.outcomes, rate: perSecond(node.outcomes.approximateTotal), latency: node.latency,
        isEstimated: node.isEstimated)
    }
  }

  var edges: [TopRow] {
    let names = Dictionary(map.nodes.map { ($0.id, Self.name($0)) }) { first, _ in first }
    return map.edges.map { edge in
      let name = "\(names[edge.source] ?? edge.source) → \(names[edge.target] ?? edge.target)"
      return TopRow(
        id: "\(edge.source) \(edge.target) \(edge.kind.rawValue)", name: name, kind: edge.kind.rawValue, spans: nil,
        outcomes: edge.outcomes, rate: perSecond(edge.outcomes.approximateTotal), latency: edge.latency,
        isEstimated: edge.isEstimated)
    }
  }

  private static func name(_ node: ServiceMap.Node) -> String {
    let name = node.name.isEmpty ? "(no name)" : node.name
    guard let namespace = node.namespace, !namespace.isEmpty else { return name }
    return "\(namespace)/\(name)"
  }
}

/// A line of `spoor top`.
struct TopRow {
  /// Tells it from all others, and orders what is else alike.
  var id: String
  var name: String
  var kind: String
  /// A second; nil for an edge.
  var spans: Double?
  var outcomes: OutcomeCounts
  /// Requests or calls a second.
  var rate: Double
  var latency: LatencySummary
  var isEstimated: Bool

  var failedShare: Double {
    let total = outcomes.approximateTotal
    return total > 0 ? outcomes.approximateFailed / total : 0
  }
}
