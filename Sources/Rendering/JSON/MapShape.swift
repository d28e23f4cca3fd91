import TraceModel

/// The service map's JSON.
struct MapShape: Codable {
  var from: TimeShape?
  var to: TimeShape?
  var coverage: Coverage
  var nodes: [Node]
  var edges: [Edge]
  /// Only where the map was narrowed down.
  var narrowing: NarrowingShape?

  init(_ map: ServiceMap) {
    from = map.from.map { TimeShape($0) }
    to = map.to.map { TimeShape($0) }
    coverage = Coverage(map.coverage)
    nodes = map.nodes.map { Node($0) }
    edges = map.edges.map { Edge($0) }
    narrowing = map.narrowing.isNothing ? nil : NarrowingShape(map.narrowing)
  }

  var map: ServiceMap {
    ServiceMap(
      from: from?.time, to: to?.time, coverage: coverage.coverage, nodes: nodes.map(\.node), edges: edges.map(\.edge),
      narrowing: narrowing?.narrowing ?? ServiceMap.Narrowing())
  }

  /// Written out because `from` and `to` are null rather than missing when the map has no times.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
    try container.encode(coverage, forKey: .coverage)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(edges, forKey: .edges)
    try container.encodeIfPresent(narrowing, forKey: .narrowing)
  }
}

extension MapShape {
  struct Coverage: Codable {
    var spans: UInt64
    var paired: UInt64
    var unpaired: UInt64
    var late: UInt64
    /// Missing in what older versions say.
    var unlinked: UInt64?
    var skewed: UInt64
    var overwrittenBefore: TimeShape?

    enum CodingKeys: String, CodingKey {
      case spans, paired, unpaired, late, unlinked, skewed
      case overwrittenBefore = "overwritten_before"
    }

    init(_ coverage: ServiceMap.Coverage) {
      spans = coverage.spans
      paired = coverage.paired
      unpaired = coverage.unpaired
      late = coverage.late
      unlinked = coverage.unlinked
      skewed = coverage.skewed
      overwrittenBefore = coverage.overwrittenBefore.map { TimeShape($0) }
    }

    var coverage: ServiceMap.Coverage {
      ServiceMap.Coverage(
        spans: spans, paired: paired, unpaired: unpaired, late: late, unlinked: unlinked ?? 0, skewed: skewed,
        overwrittenBefore: overwrittenBefore?.time)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(spans, forKey: .spans)
      try container.encode(paired, forKey: .paired)
      try container.encode(unpaired, forKey: .unpaired)
      try container.encode(late, forKey: .late)
      try container.encode(unlinked, forKey: .unlinked)
      try container.encode(skewed, forKey: .skewed)
      try container.encode(overwrittenBefore, forKey: .overwrittenBefore)
    }
  }

  struct Node: Codable {
    var id: String
    var name: String
    var namespace: String?
    var kind: ServiceMap.NodeKind
    var spans: UInt64
    var ok: UInt64
    var error: UInt64
    var throttle: UInt64
    var fault: UInt64
    var latency: LatencyShape
    /// True or missing.
    var estimated: Bool?

    init(_ node: ServiceMap.Node) {
      id = node.id
      name = node.name
      namespace = node.namespace
      kind = node.kind
      spans = node.spans
      ok = node.outcomes.ok
      error = node.outcomes.error
      throttle = node.outcomes.throttle
      fault = node.outcomes.fault
      latency = LatencyShape(node.latency)
      estimated = node.isEstimated ? true : nil
    }

    var node: ServiceMap.Node {
      ServiceMap.Node(
        id: id, name: name, namespace: namespace, kind: kind, spans: spans,
        outcomes: OutcomeCounts(ok: ok, error: error, throttle: throttle, fault: fault), latency: latency.summary,
        isEstimated: estimated ?? false)
    }
  }

  struct Edge: Codable {
    var source: String
    var target: String
    var kind: ServiceMap.EdgeKind
    var calls: UInt64
    var ok: UInt64
    var error: UInt64
    var throttle: UInt64
    var fault: UInt64
    var latency: LatencyShape
    /// True or missing.
    var estimated: Bool?
    var timeInQueue: LatencyShape?
    var networkTime: LatencyShape?

    enum CodingKeys: String, CodingKey {
      case source, target, kind, calls, ok, error, throttle, fault, latency, estimated
      case timeInQueue = "time_in_queue"
      case networkTime = "network_time"
    }

    init(_ edge: ServiceMap.Edge) {
      source = edge.source
      target = edge.target
      kind = edge.kind
      calls = edge.calls
      ok = edge.outcomes.ok
      error = edge.outcomes.error
      throttle = edge.outcomes.throttle
      fault = edge.outcomes.fault
      latency = LatencyShape(edge.latency)
      estimated = edge.isEstimated ? true : nil
      timeInQueue = edge.timeInQueue.map { LatencyShape($0) }
      networkTime = edge.networkTime.map { LatencyShape($0) }
    }

    var edge: ServiceMap.Edge {
      ServiceMap.Edge(
        source: source, target: target, kind: kind, calls: calls,
        outcomes: OutcomeCounts(ok: ok, error: error, throttle: throttle, fault: fault), latency: latency.summary,
        isEstimated: estimated ?? false, timeInQueue: timeInQueue?.summary, networkTime: networkTime?.summary)
    }
  }
}

extension ServiceMap.NodeKind: Codable {}
extension ServiceMap.EdgeKind: Codable {}
