import TraceModel

/// Aggregates as nodes and edges. Only here, where all services are known, it is decided what a name in a peer attribute
/// means, and who is a node without being a service.
struct NodesAndEdges {
  struct Node {
    /// Whether it has sent spans itself, or is only named by others'.
    var sendsSpans = false
    var spans: Int64 = 0
    var sum = LatencySum()
    /// The earliest start and the latest end of its spans; of impossible times only while there are no others.
    var times: (first: Timestamp, last: Timestamp)?
  }

  struct EdgeKey: Hashable {
    var source: NodeIdentity
    var target: NodeIdentity
    var kind: ServiceMap.EdgeKind
  }

  private(set) var nodes: [NodeIdentity: Node] = [:]
  private(set) var edges: [EdgeKey: LatencySum] = [:]

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
    for (position, row) in rows.enumerated() where row.key.subject.isEdge && !row.isZero {
      edges[keys.edge(row.key, senders), default: LatencySum()].add(row, cells[position])
    }
    for (key, sum) in edges where sum.calls > 0 {
      nodes[key.target, default: Node()].take(sum)
      nodes[key.source, default: Node()].give(sum)
    }
  }

  var mapNodes: [ServiceMap.Node] {
    let drawn = Set(edges.filter { $0.value.calls > 0 }.keys.flatMap { [$0.source, $0.target] })
    return nodes.filter { $0.value.spans > 0 || drawn.contains($0.key) }.map { identity, node in
      ServiceMap.Node(
        id: identity.id, name: identity.name, namespace: identity.namespace, kind: identity.kind,
        spans: UInt64(clamping: node.spans), outcomes: node.sum.outcomes, latency: LatencySummary(node.sum.latency))
    }.sorted { $0.id < $1.id }
  }

  var mapEdges: [ServiceMap.Edge] {
    edges.filter { $0.value.calls > 0 }.map { key, sum in
      ServiceMap.Edge(
        source: key.source.id, target: key.target.id, kind: key.kind, calls: sum.outcomes.total,
        outcomes: sum.outcomes, latency: LatencySummary(sum.latency))
    }.sorted { ($0.source, $0.target, $0.kind.rawValue) < ($1.source, $1.target, $1.kind.rawValue) }
  }
}

extension NodesAndEdges.Node {
  /// Nodes that send no spans get their figures from the calls that name them.
  fileprivate mutating func take(_ calls: LatencySum) {
    if sendsSpans { return }
    spans &+= calls.calls
    sum.add(calls)
  }

  fileprivate mutating func give(_ calls: LatencySum) {
    if !sendsSpans { spans &+= calls.calls }
  }
}

extension KeyTable {
  /// A service that only others' spans name is outside of what is traced. A peer name without a namespace first means
  /// the service of that name beside the caller.
  fileprivate func edge(_ key: FigureKey, _ senders: Set<UInt16>) -> NodesAndEdges.EdgeKey {
    let (source, target) = (parties[Int(key.source)], parties[Int(key.target)])
    func edge(_ target: NodeIdentity, _ kind: ServiceMap.EdgeKind) -> NodesAndEdges.EdgeKey {
      NodesAndEdges.EdgeKey(source: source, target: target, kind: kind)
    }
    switch key.subject {
    case .call: return edge(target, .call)
    case .database: return edge(target, .database)
    case .message: return edge(target, .message)
    case .external: return edge(target, .external)
    case .user: return edge(target, .user)
    case .named, .service, .spanName:
      if senders.contains(key.target) { return edge(target, .call) }
      let neighbour = NodeIdentity.service(name: target.name, namespace: target.namespace ?? source.namespace)
      if let known = number(ofKnown: neighbour), senders.contains(known) { return edge(neighbour, .call) }
      return edge(.external(target.path), .external)
    }
  }
}
