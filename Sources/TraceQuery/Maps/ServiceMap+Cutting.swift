import TraceModel

extension ServiceMap {
  /// The part of the map that is asked for: without what is hidden, then without small edges, then around one node.
  func cut(_ question: MapQuestion) -> ServiceMap {
    var map = self
    if !question.hidden.isEmpty { map.hide(question.hidden) }
    if question.shareMin > 0 { map.removeEdges(below: question.shareMin) }
    if let center = question.around { map.keep(around: center, depth: question.depth) }
    map.narrowing.around = question.around
    map.narrowing.depth = question.around == nil ? nil : question.depth
    map.narrowing.shareMin = question.shareMin > 0 ? question.shareMin : nil
    map.narrowing.hidden = question.hidden.isEmpty ? [] : met(question.hidden)
    map.narrowing.nodesLeftOut = UInt64(nodes.count - map.nodes.count)
    map.narrowing.edgesLeftOut = UInt64(edges.count - map.edges.count)
    return map
  }

  /// Those that are a node or the kind of one: of what is not there a map cannot be without.
  private func met(_ unwanted: [String]) -> [String] {
    let known = Set(nodes.flatMap { $0.names + [$0.kind.rawValue] }.map { ExactString(text: $0) })
    return unwanted.filter { known.contains(ExactString(text: $0)) }
  }

  private mutating func hide(_ unwanted: [String]) {
    let unwanted = Set(unwanted.map { ExactString(text: $0) })
    keep { node in
      !unwanted.contains(ExactString(text: node.kind.rawValue))
        && !node.names.contains { unwanted.contains(ExactString(text: $0)) }
    }
  }

  private mutating func removeEdges(below shareMin: Double) {
    let all = edges.reduce(0) { $0 + Double($1.calls) }
    let before = ends
    edges.removeAll { Double($0.calls) < shareMin * all }
    let after = ends
    nodes.removeAll { node in
      let id = ExactString(text: node.id)
      return before.contains(id) && !after.contains(id)
    }
  }

  /// All that calls the node, by however many others, and all that is called from it; not what else those call.
  private mutating func keep(around center: String, depth: Int) {
    let centers = nodes.filter { $0.names.contains { $0.hasSameBytes(as: center) } }.map { ExactString(text: $0.id) }
    let queues = Set(nodes.filter { $0.kind == .queue }.map { ExactString(text: $0.id) })
    let links = edges.map { (source: ExactString(text: $0.source), target: ExactString(text: $0.target)) }
    let callees = Dictionary(grouping: links, by: \.source).mapValues { $0.map(\.target) }
    let callers = Dictionary(grouping: links, by: \.target).mapValues { $0.map(\.source) }
    let near = Self.reached(from: centers, by: callees, queues, depth)
      .union(Self.reached(from: centers, by: callers, queues, depth))
    keep { near.contains(ExactString(text: $0.id)) }
  }

  private static func reached(
    from centers: [ExactString], by links: [ExactString: [ExactString]], _ queues: Set<ExactString>, _ depth: Int
  ) -> Set<ExactString> {
    var reached = Set(centers)
    var border = centers
    var distance = 0
    while distance < depth && !border.isEmpty {
      distance += 1
      var next: [ExactString] = []
      // Grows while it is gone through: behind a queue the same call goes on.
      var position = 0
      while position < border.count {
        for node in links[border[position], default: []] where reached.insert(node).inserted {
          if queues.contains(node) { border.append(node) } else { next.append(node) }
        }
        position += 1
      }
      border = next
    }
    return reached
  }

  private mutating func keep(_ isWanted: (Node) -> Bool) {
    nodes.removeAll { !isWanted($0) }
    let kept = Set(nodes.map { ExactString(text: $0.id) })
    edges.removeAll { !kept.contains(ExactString(text: $0.source)) || !kept.contains(ExactString(text: $0.target)) }
  }

  private var ends: Set<ExactString> {
    Set(edges.flatMap { [ExactString(text: $0.source), ExactString(text: $0.target)] })
  }
}

extension ServiceMap.Node {
  /// All that people may call it.
  package var names: [String] {
    [id, name] + (namespace.map { ["\($0)/\(name)"] } ?? [])
  }
}
