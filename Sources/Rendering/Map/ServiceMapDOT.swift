import TraceModel

/// The service map as a graph in Graphviz's language, that stands on its own: any `dot` draws it, nothing is fetched.
///
/// Services, databases, queues, externals and users have each their shape; colour, line and a mark say how well calls
/// go, sizes how many there are or how long they take; a title gives window and coverage, a legend explains, tooltips
/// (in SVG) have all figures. Equal maps are equal text, and where nodes stand depends on who calls whom and not on the
/// figures. Names may be anything: they are escaped, and shortened where they are long (`Limits`).
///
/// Up to `Limits.detailedMapNodes` Graphviz lays the graph out. A larger or denser map comes with the places of everything
/// in it (`MapGrid`), which Graphviz only has to draw.
package struct ServiceMapDOT: Sendable {
  package private(set) var text = ""

  let map: ServiceMap
  let theme: Theme
  let scale: MapScale
  /// Nil where Graphviz lays the map out, and every edge shows its figures.
  let grid: MapGrid?

  package init(_ map: ServiceMap, theme: Theme = .light, sizing: MapStyle.Sizing = .traffic) {
    self.map = map
    self.theme = theme
    scale = MapScale(map, sizing)
    let links = Self.links(map)
    let (nodes, edges) = (map.nodes.count, map.edges.count)
    let isDense = edges > Limits.denseMapEdges && edges > nodes * Limits.detailedMapEdgesPerNode
    let isLarge = nodes > Limits.detailedMapNodes || edges > Limits.detailedMapEdges
    grid = isLarge || isDense ? MapGrid(nodeCount: map.nodes.count, links: links.map { ($0.source, $0.target) }) : nil
    write(links)
  }

  /// An edge between two nodes, all by number.
  struct Link {
    var edge: Int
    var source: Int
    var target: Int
  }

  /// An edge needs both of its ends; a map that somebody cut may lack one.
  private static func links(_ map: ServiceMap) -> [Link] {
    var numbers: [ExactString: Int] = [:]
    for (number, node) in map.nodes.enumerated() { numbers[ExactString(text: node.id)] = number }
    return map.edges.enumerated().compactMap { number, edge in
      guard let source = numbers[ExactString(text: edge.source)], let target = numbers[ExactString(text: edge.target)]
      else { return nil }
      return Link(edge: number, source: source, target: target)
    }
  }

  private mutating func write(_ links: [Link]) {
    line("digraph \"service map\" {")
    writeDefaults()
    if map.nodes.isEmpty {
      line("  empty [shape=plaintext, label=\(DOTText.quiet(map.emptyText, theme, points: 12))];")
    }
    for number in map.nodes.indices { line("  " + statement(ofNode: number)) }
    for link in links { line("  " + statement(of: link)) }
    line("}")
  }

  private mutating func writeDefaults() {
    line("  graph [label=\(title), labelloc=t, labeljust=l, bgcolor=\"\(theme.background)\", pad=0.4,")
    line("    fontname=\"\(DOTText.fonts)\", fontcolor=\"\(theme.ink)\", outputorder=edgesfirst,")
    if grid == nil {
      // Without bounds on its searches, Graphviz may take minutes over a dense graph.
      line("    rankdir=LR, nodesep=0.4, ranksep=0.6, nslimit=4, nslimit1=4, mclimit=1, tooltip=\"Service map\"];")
    } else {
      line("    layout=nop2, tooltip=\"Service map\"];")
    }
    line("  node [fontname=\"\(DOTText.fonts)\", fontsize=13, fontcolor=\"\(theme.ink)\"];")
    line("  edge [fontname=\"\(DOTText.fonts)\", fontsize=10, fontcolor=\"\(theme.quietInk)\"];")
  }

  private mutating func line(_ line: String) {
    text += line
    text += "\n"
  }

  /// Of a number that is not negative, with one digit behind the point.
  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// What a tooltip says of requests or calls.
  static func figures(
    _ outcomes: OutcomeCounts, _ latency: LatencySummary, noun: String, isEstimated: Bool
  ) -> [String] {
    guard latency.count > 0 else { return [] }
    let count = latency.count.grouped(noun)
    var lines = [isEstimated ? "≈\(count), estimated from samples" : count]
    for (count, words) in [
      (outcomes.error, "\(outcomes.error.grouped("error")) (4xx)"),
      (outcomes.throttle, "\(outcomes.throttle.grouped) throttled (429)"),
      (outcomes.fault, "\(outcomes.fault.grouped("fault")) (5xx)"),
    ] where count > 0 {
      lines.append("\(words), \(Share(Double(count), of: outcomes.approximateTotal))")
    }
    return lines + percentiles(latency)
  }

  static func percentiles(_ latency: LatencySummary) -> [String] {
    [
      "p50 \(latency.p50)  p90 \(latency.p90)  p95 \(latency.p95)",
      "p99 \(latency.p99)  p99.9 \(latency.p999)  p100 \(latency.max)",
    ]
  }
}

extension ServiceMap {
  /// What stands in place of nodes.
  var emptyText: String {
    narrowing.nodesLeftOut > 0 ? "Nothing is left of this map." : "Nothing was seen in this window."
  }
}

extension LatencySummary {
  /// One latency needs no percentile.
  var p99Text: String { count == 1 ? "\(max)" : "p99 \(p99)" }
}
