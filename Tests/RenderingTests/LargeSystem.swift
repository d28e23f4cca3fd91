import TraceModel

/// A company's system as large ones are: a few gateways, layers of services in twelve namespaces that mostly call their
/// own, hubs that everybody calls, databases of one owner, queues between namespaces. 300 nodes and 2,000 edges.
enum LargeSystem {
  static let map = make(seed: 7)

  private static let namespaces = [
    "accounts", "billing", "catalog", "delivery", "edge", "fraud", "identity", "messaging", "orders", "pricing",
    "search", "stock",
  ]
  private static let words = [
    "api", "worker", "index", "sync", "store", "router", "rules", "export", "import", "feed", "cache", "audit",
    "planner", "matcher", "quota", "reports", "webhooks", "scheduler", "ledger", "gateway",
  ]

  /// - Parameter figures: the seed of all counts and latencies, so that one system can be drawn with several.
  static func make(seed: UInt64, figures: UInt64 = 1) -> ServiceMap {
    var random = SeededRandom(seed: seed)
    var figures = SeededRandom(seed: figures)
    var map = ServiceMap(
      from: Timestamp(unixSeconds: 1_795_230_000), to: Timestamp(unixSeconds: 1_795_233_600),
      coverage: ServiceMap.Coverage(spans: 48_220_114, paired: 20_113_402, unpaired: 60_221))
    var services: [(id: String, namespace: Int, layer: Int)] = []
    for number in 0..<228 {
      let (namespace, word) = (number % 12, words[number / 12])
      let name = "\(namespaces[namespace])-\(word)"
      let id = "service:\(namespaces[namespace])/\(name)"
      services.append((id, namespace, word == "gateway" || word == "api" ? 0 : 1 + number / 12 % 5))
      map.nodes.append(node(id, name, .service, namespaces[namespace], &figures))
    }
    for number in 0..<48 {
      let owner = services[number * 4]
      let system = ["postgresql", "redis", "mysql", "mongodb"][number % 4]
      let id = "database:\(system)@db\(number):5432/\(namespaces[owner.namespace])"
      map.nodes.append(node(id, "\(system) \(namespaces[owner.namespace])", .database, nil, &figures))
      map.edges.append(edge(owner.id, id, .database, &figures))
    }
    for number in 0..<12 {
      let id = "queue:kafka/\(namespaces[number])-events"
      map.nodes.append(node(id, "\(namespaces[number])-events", .queue, nil, &figures))
      map.edges.append(edge(services[number + 12].id, id, .message, &figures))
      for _ in 0..<5 { map.edges.append(edge(id, services[random.next(below: 228)].id, .message, &figures)) }
    }
    for number in 0..<11 {
      let id = "external:api.partner\(number).example"
      map.nodes.append(node(id, "api.partner\(number).example", .external, nil, &figures))
      map.edges.append(edge(services[12 * number + 5].id, id, .external, &figures))
    }
    map.nodes.append(ServiceMap.Node(id: "user", name: "user", kind: .user))
    for number in 0..<12 { map.edges.append(edge("user", services[number].id, .user, &figures)) }
    var known = Set(map.edges.map { "\($0.source) \($0.target)" })
    while map.edges.count < 2_000 {
      let source = services[random.next(below: 228)]
      let isHub = random.next(below: 4) == 0
      let target = services[isHub ? random.next(below: 24) : random.next(below: 228)]
      let isNear = source.namespace == target.namespace || random.next(below: 3) == 0 || isHub
      guard isNear, source.layer < target.layer || random.next(below: 12) == 0, source.id != target.id,
        known.insert("\(source.id) \(target.id)").inserted
      else { continue }
      map.edges.append(edge(source.id, target.id, .call, &figures))
    }
    map.nodes.sort { $0.id < $1.id }
    map.edges.sort { ($0.source, $0.target) < ($1.source, $1.target) }
    return map
  }

  private static func node(
    _ id: String, _ name: String, _ kind: ServiceMap.NodeKind, _ namespace: String?, _ random: inout SeededRandom
  ) -> ServiceMap.Node {
    let (calls, fault, ms) = numbers(&random)
    return Shop.node(id, name, kind, namespace, ok: calls, fault: fault, ms: ms)
  }

  private static func edge(
    _ source: String, _ target: String, _ kind: ServiceMap.EdgeKind, _ random: inout SeededRandom
  ) -> ServiceMap.Edge {
    let (calls, fault, ms) = numbers(&random)
    return Shop.edge(source, target, kind, ok: calls, fault: fault, ms: ms)
  }

  /// Of any magnitude; one in thirty fails.
  private static func numbers(_ random: inout SeededRandom) -> (calls: UInt64, fault: UInt64, ms: UInt64) {
    let calls = UInt64(10) << UInt64(random.next(below: 16))
    return (calls, random.next(below: 30) == 0 ? calls / 8 : 0, UInt64(1) << UInt64(random.next(below: 11)))
  }
}
