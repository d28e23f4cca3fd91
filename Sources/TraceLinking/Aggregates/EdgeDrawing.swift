import TraceModel

/// Makes edges of what is known of pairs of nodes.
struct EdgeDrawing {
  private typealias Key = NodesAndEdges.EdgeKey
  private typealias Edge = NodesAndEdges.Edge

  private let keys: KeyTable
  private let senders: Set<UInt16>
  private var drawn: [NodesAndEdges.EdgeKey: NodesAndEdges.Edge] = [:]
  /// Messages that CLIENT spans took.
  private var received: [NodesAndEdges.EdgeKey: NodesAndEdges.Edge] = [:]
  /// By node that spans name: who answered calls to it.
  private var answers: [NodeIdentity: [NodeIdentity: NodesAndEdges.Edge]] = [:]

  init(_ keys: KeyTable, _ senders: Set<UInt16>) {
    self.keys = keys
    self.senders = senders
  }

  mutating func add(_ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    let (source, target) = (keys.parties[Int(row.key.source)], keys.parties[Int(row.key.target)])
    func edge(_ target: NodeIdentity, _ kind: ServiceMap.EdgeKind) -> Key {
      Key(source: source, target: target, kind: kind)
    }
    switch row.key.subject {
    case .call: draw(edge(target, .call), row, cells)
    case .database: draw(edge(target, .database), row, cells)
    case .message: draw(edge(target, .message), row, cells)
    case .external: draw(edge(target, .external), row, cells)
    case .user: draw(edge(target, .user), row, cells)
    case .named, .service, .spanName, .estimated:
      let (target, kind) = callee(row.key, source, target)
      draw(edge(target, kind), row, cells)
    case .received: received[edge(target, .message), default: Edge()].add(row, cells)
    case .replaced: answers[source, default: [:]][target, default: Edge()].add(row, cells)
    case .queueTime: drawn[edge(target, .message), default: Edge()].queueTime.add(row, cells)
    case .receivedQueueTime: received[edge(target, .message), default: Edge()].queueTime.add(row, cells)
    case .networkTime: drawn[edge(target, .call), default: Edge()].networkTime.add(row, cells)
    }
  }

  private mutating func draw(_ key: Key, _ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    drawn[key, default: Edge()].add(row, cells)
  }

  /// A service that only others' spans name is outside of what is traced. A peer name without a namespace first means
  /// the service of that name beside the caller.
  private func callee(
    _ key: FigureKey, _ source: NodeIdentity, _ target: NodeIdentity
  ) -> (NodeIdentity, ServiceMap.EdgeKind) {
    if senders.contains(key.target) { return (target, .call) }
    let neighbour = NodeIdentity.service(name: target.name, namespace: target.namespace ?? source.namespace)
    if let known = keys.number(ofKnown: neighbour), senders.contains(known) { return (neighbour, .call) }
    return (.external(target.path), .external)
  }

  // MARK: When all is known

  var edges: [NodesAndEdges.EdgeKey: NodesAndEdges.Edge] {
    var whole = self
    for (key, edge) in received where (drawn[key]?.sum.calls ?? 0) <= 0 { whole.drawn[key] = edge }
    whole.replace()
    return whole.drawn.filter { $0.value.sum.calls > 0 }
  }

  /// Puts services that send spans of their own in the place of the databases and queues that others' spans name.
  private mutating func replace() {
    if answers.isEmpty { return }
    let replacements = replacements
    for (node, services) in answers where node.kind == .queue && replacements[node] == nil {
      for (service, edge) in services where edge.sum.calls > 0 {
        drawn[Key(source: node, target: service, kind: .message), default: Edge()].add(edge)
      }
    }
    if replacements.isEmpty { return }
    var edges: [Key: Edge] = [:]
    for (old, edge) in drawn {
      var key = old
      if let service = replacements[old.source] { key.source = service }
      if let service = replacements[old.target] {
        (key.target, key.kind) = (service, old.kind == .database ? .call : old.kind)
      }
      // What the broker does with its own queue is no call.
      if key.source == key.target && key != old { continue }
      edges[key, default: Edge()].add(edge)
    }
    drawn = edges
  }

  /// The services that are such a node: the only one that answered calls to it, and more of them than it left unanswered.
  /// One that takes messages out of a queue and sends none on is no broker, unless nobody else takes any.
  private var replacements: [NodeIdentity: NodeIdentity] {
    var calls: [NodeIdentity: Int64] = [:]
    var sources: Set<NodeIdentity> = []
    for (key, edge) in drawn where edge.sum.calls > 0 {
      calls[key.target, default: 0] += edge.sum.calls
      sources.insert(key.source)
    }
    var replacements: [NodeIdentity: NodeIdentity] = [:]
    for (node, services) in answers {
      let answered = services.filter { $0.value.sum.calls > 0 }
      guard answered.count == 1, let (service, edge) = answered.first else { continue }
      let isQueue = node.kind == .queue
      let own = drawn[Key(source: service, target: node, kind: isQueue ? .message : .database)]?.sum.calls ?? 0
      let others = calls[node, default: 0] - max(0, own)
      if isQueue && own <= 0 && sources.contains(node) { continue }
      // Messages count for the queue whether somebody answered or not, calls to a database only if nobody did.
      if edge.sum.calls > (isQueue ? others - edge.sum.calls : others) { replacements[node] = service }
    }
    return replacements
  }
}

extension NodesAndEdges.Edge {
  fileprivate mutating func add(_ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    sum.add(row, cells)
    if row.spans > 0 { isEstimated = true }
  }

  mutating func add(_ other: NodesAndEdges.Edge) {
    sum.add(other.sum)
    queueTime.add(other.queueTime)
    networkTime.add(other.networkTime)
    isEstimated = isEstimated || other.isEstimated
  }
}
