import TraceModel

/// How often one service called another, as Zipkin's dependency links say it.
struct ZipkinDependency: Encodable {
  let parent: String
  let child: String
  let callCount: UInt64
  /// Nil for none.
  let errorCount: UInt64?

  /// The edges of a map, by the names of their ends. Requests of users have no parent to be named.
  static func list(_ map: ServiceMap) -> [ZipkinDependency] {
    let nodes = Dictionary(map.nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var sums: [Ends: (calls: UInt64, errors: UInt64)] = [:]
    for edge in map.edges {
      guard let source = nodes[edge.source], let target = nodes[edge.target], source.kind != .user else { continue }
      let ends = Ends(parent: source.name.lowercased(), child: target.name.lowercased())
      sums[ends, default: (0, 0)].calls &+= edge.calls
      sums[ends, default: (0, 0)].errors &+= edge.outcomes.failed
    }
    return sums.map { ends, sum in
      ZipkinDependency(
        parent: ends.parent, child: ends.child, callCount: sum.calls, errorCount: sum.errors == 0 ? nil : sum.errors)
    }.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
  }

  private struct Ends: Hashable {
    let parent: String
    let child: String
  }
}
