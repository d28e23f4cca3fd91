import TraceModel

/// Aggregates as nodes and edges. Only here, where all services are known, it is decided what a name in a peer attribute
/// means, who is a node without being a service, and which of these nodes are services after all.
struct NodesAndEdges {
  struct Node {
    /// Whether it has sent spans itself, or is only named by others'.
    var sendsSpans = false
    var spans: Int64 = 0
    var sum = LatencySum()
    /// The earliest start and the latest end of its spans; of impossible times only while there are no others.
    var times: (first: Timestamp, last: Timestamp)?
    var isEstimated = false
  }

  struct EdgeKey: Hashable {
    var source: NodeIdentity
    var target: NodeIdentity
    var kind: ServiceMap.EdgeKind
  }

  struct Edge {
    var sum = LatencySum()
    var queueTime = LatencySum()
    var networkTime = LatencySum()
    var isEstimated = false
  }

  private(set) var nodes: [NodeIdentity: Node] = [:]
  private(set) var edges: [EdgeKey: Edge] = [:]

  init(_ aggregates: Aggregates) {
    let (keys, rows) = (aggregates.keys, aggregates.figures.rows)
    let cells = aggregates.figures.sortedCells()
    var senders: Set<UInt16> = []
    for (position, row) in rows.enumerated() where row.key.isService {
      senders.insert(row.key.source)
      var node = nodes[keys.parties[Int(row.key.source)], default: Node(sendsSpans: true)]
      node.spans &+= row.spans
      node.sum.add(row, cells[position])
      if row.key.period != .skewed || node.times == nil { node.times = row.times ?? node.times }
      nodes[keys.parties[Int(row.key.source)]] = node
    }
    var drawing = EdgeDrawing(keys, senders)
    for (position, row) in rows.enumerated() where row.key.subject.hasTarget && !row.key.isCoverage && !row.isZero {
      drawing.add(row, cells[position])
    }
    for row in rows where row.key.subject == .estimated && row.spans > 0 {
      nodes[keys.parties[Int(row.key.source)]]?.isEstimated = true
    }
    edges = drawing.edges
    for (key, edge) in edges {
      // What services past the bound served is counted for them already.
      let isServed = key.target == .other && (key.kind == .call || key.kind == .user)
      if !isServed { nodes[key.target, default: Node()].take(edge) }
      nodes[key.source, default: Node()].give(edge)
    }
  }

  /// Puts nodes together, and the edges between them; those within a group become its edges to itself.
  mutating func group(_ group: (NodeIdentity) -> NodeIdentity) {
    var (grouped, between): ([NodeIdentity: Node], [EdgeKey: Edge]) = ([:], [:])
    for (identity, node) in nodes { grouped[group(identity), default: Node()].merge(node) }
    for (key, edge) in edges {
      let key = EdgeKey(source: group(key.source), target: group(key.target), kind: key.kind)
      between[key, default: Edge()].add(edge)
    }
    (nodes, edges) = (grouped, between)
  }

  var mapNodes: [ServiceMap.Node] {
    let drawn = Set(edges.keys.flatMap { [$0.source, $0.target] })
    return nodes.filter { $0.value.spans > 0 || drawn.contains($0.key) }.map { identity, node in
      ServiceMap.Node(
        id: identity.id, name: identity.name, namespace: identity.namespace, kind: identity.kind,
        spans: UInt64(clamping: node.spans), outcomes: node.sum.outcomes, latency: LatencySummary(node.sum.latency),
        isEstimated: node.isEstimated)
    }.sorted { $0.id < $1.id }
  }

  var mapEdges: [ServiceMap.Edge] {
    edges.map { key, edge in
      ServiceMap.Edge(
        source: key.source.id, target: key.target.id, kind: key.kind, calls: edge.sum.outcomes.total,
        outcomes: edge.sum.outcomes, latency: LatencySummary(edge.sum.latency), isEstimated: edge.isEstimated,
        timeInQueue: edge.queueTime.summary, networkTime: edge.networkTime.summary)
    }.sorted { ($0.source, $0.target, $0.kind.rawValue) < ($1.source, $1.target, $1.kind.rawValue) }
  }
}

extension NodesAndEdges.Node {
  fileprivate mutating func merge(_ other: NodesAndEdges.Node) {
    sendsSpans = sendsSpans || other.sendsSpans
    spans &+= other.spans
    sum.add(other.sum)
    isEstimated = isEstimated || other.isEstimated
    times =
      times.map { own in
        other.times.map { (first: min(own.first, $0.first), last: max(own.last, $0.last)) } ?? own
      } ?? other.times
  }

  /// Nodes that send no spans get their figures from the calls that name them.
  fileprivate mutating func take(_ edge: NodesAndEdges.Edge) {
    if sendsSpans { return }
    spans &+= edge.sum.calls
    sum.add(edge.sum)
    isEstimated = isEstimated || edge.isEstimated
  }

  fileprivate mutating func give(_ edge: NodesAndEdges.Edge) {
    if !sendsSpans { spans &+= edge.sum.calls }
  }
}

extension LatencySum {
  /// Nil if there is nothing in it.
  fileprivate var summary: LatencySummary? { calls > 0 ? LatencySummary(latency) : nil }
}
