/// How far down the flow of calls each node of a graph stands: whoever is called stands about one below its callers,
/// however many cycles there are.
///
/// Levels are those that come closest to a difference of one along every edge, by least squares ("trophic levels",
/// MacKay, Johnson and Sansom, 2020, https://doi.org/10.1098/rsos.201138): found by sweeps that put every node where its
/// neighbours want it.
struct FlowLevels {
  /// By node; the first of each connected part is at 0.
  private(set) var levels: [Double]

  private static let sweeps = 100

  /// - Parameter links: edges by the numbers of their nodes. What a node calls of itself does not count.
  init(nodeCount: Int, links: [(Int, Int)]) {
    var callers = [[Int]](repeating: [], count: nodeCount)
    var callees = callers
    for (source, target) in links where source != target {
      callers[target].append(source)
      callees[source].append(target)
    }
    levels = Self.depths(callers, callees)
    for _ in 0..<Self.sweeps {
      for node in 0..<nodeCount {
        let degree = callers[node].count + callees[node].count
        if degree == 0 { continue }
        let above = callers[node].reduce(0.0) { $0 + levels[$1] + 1 }
        let below = callees[node].reduce(0.0) { $0 + levels[$1] - 1 }
        levels[node] = (above + below) / Double(degree)
      }
    }
    startAtZero(callers, callees)
  }

  /// Where the sweeps begin: how few calls away from one that nobody calls.
  private static func depths(_ callers: [[Int]], _ callees: [[Int]]) -> [Double] {
    var depths = [Double?](repeating: nil, count: callers.count)
    let roots = callers.indices.filter { callers[$0].isEmpty }
    // Parts without a root are circles; each begins where it comes first.
    for start in [roots] + callers.indices.map({ [$0] }) {
      var border = start.filter { depths[$0] == nil }
      for node in border { depths[node] = 0 }
      var depth = 0.0
      while !border.isEmpty {
        depth += 1
        border = border.flatMap { callees[$0] }.filter { node in
          if depths[node] != nil { return false }
          depths[node] = depth
          return true
        }
      }
    }
    return depths.map { $0 ?? 0 }
  }

  private mutating func startAtZero(_ callers: [[Int]], _ callees: [[Int]]) {
    var isSeen = [Bool](repeating: false, count: levels.count)
    for start in levels.indices where !isSeen[start] {
      var part = [start]
      isSeen[start] = true
      var position = 0
      while position < part.count {
        for next in callers[part[position]] + callees[part[position]] where !isSeen[next] {
          isSeen[next] = true
          part.append(next)
        }
        position += 1
      }
      let least = part.map { levels[$0] }.min() ?? 0
      for node in part { levels[node] -= least }
    }
  }
}
