import TraceModel

/// The service map as a Mermaid flowchart, which GitHub, GitLab and many editors draw in Markdown by themselves.
///
/// Shapes, words and marks are those of `ServiceMapDOT`; colours are the light ones, on nodes alone, so that the diagram
/// is readable on a dark page, too. Equal maps are equal text. Mermaid refuses diagrams of more than 500 edges or 50,000
/// characters: of a larger map the edges with the most calls are kept, and the title says so.
package struct ServiceMapMermaid: Sendable {
  package let text: String

  package init(_ map: ServiceMap) {
    var edgesMax = Limits.mermaidEdges
    var chart = MermaidChart(map, edgesMax: edgesMax)
    while chart.text.utf16.count > Limits.mermaidCharacters && edgesMax > 0 {
      edgesMax /= 2
      chart = MermaidChart(map, edgesMax: edgesMax)
    }
    text = chart.text
  }
}

/// A chart of so many edges at most.
private struct MermaidChart {
  private(set) var text = ""

  private let map: ServiceMap
  /// By number, in the map's order.
  private let nodes: [Int]
  private let links: [(edge: Int, source: Int, target: Int)]
  private let isDetailed: Bool

  init(_ map: ServiceMap, edgesMax: Int) {
    self.map = map
    var numbers: [ExactString: Int] = [:]
    for (number, node) in map.nodes.enumerated() { numbers[ExactString(text: node.id)] = number }
    let all = map.edges.indices.compactMap { number -> (edge: Int, source: Int, target: Int)? in
      guard let source = numbers[ExactString(text: map.edges[number].source)],
        let target = numbers[ExactString(text: map.edges[number].target)]
      else { return nil }
      return (number, source, target)
    }
    let isWhole = map.edges.count <= edgesMax && map.nodes.count <= edgesMax
    links =
      isWhole
      ? all
      : all.sorted { (map.edges[$1.edge].calls, $0.edge) < (map.edges[$0.edge].calls, $1.edge) }
        .prefix(edgesMax).sorted { $0.edge < $1.edge }
    let linked = Set(links.flatMap { [$0.source, $0.target] })
    nodes = map.nodes.indices.filter { isWhole || linked.contains($0) }
    isDetailed = nodes.count <= Limits.detailedMapNodes && links.count <= Limits.detailedMapEdges
    write()
  }

  private mutating func write() {
    text = "---\ntitle: \(MermaidText.quoted(heading))\n---\nflowchart LR\n"
    if nodes.isEmpty { text += "  empty[\(MermaidText.label([map.emptyText]))]\n" }
    for node in nodes { text += "  n\(node)\(shaped(map.nodes[node]))\n" }
    for link in links {
      let edge = map.edges[link.edge]
      let arrow = edge.kind == .message ? "-.->" : Health(edge.outcomes) == .failing ? "==>" : "-->"
      let label = isDetailed ? "|\(label(of: edge))|" : ""
      text += "  n\(link.source) \(arrow)\(label) n\(link.target)\n"
    }
    for health in Health.allCases { writeClass(of: health) }
  }

  /// What a map says of itself, and what this chart leaves out: all in one line, as Mermaid breaks none.
  private var heading: String {
    let name = map.narrowing.trace.map { "Trace \($0)" } ?? "Service map"
    var words = [name, map.windowText].compactMap { $0 } + map.narrowing.words + map.coverage.words
    if links.count < map.edges.count || nodes.count < map.nodes.count {
      words.append("the busiest \(links.count) of \(UInt64(map.edges.count).grouped("edge"))")
      words.append("\(nodes.count) of \(UInt64(map.nodes.count).grouped("node"))")
    }
    return words.joined(separator: " · ")
  }

  private mutating func writeClass(of health: Health) {
    let members = nodes.filter { Health(map.nodes[$0].outcomes) == health }
    if members.isEmpty { return }
    let (tone, width) = (Theme.light[health], health == .failing ? 3 : health == .degraded ? 2 : 1)
    text += "  classDef \(health) fill:\(tone.fill),stroke:\(tone.line),color:\(Theme.light.ink),"
    text += "stroke-width:\(width)px\n"
    text += "  class \(members.map { "n\($0)" }.joined(separator: ",")) \(health)\n"
  }

  private func shaped(_ node: ServiceMap.Node) -> String {
    let label = label(of: node)
    return switch node.kind {
    case .service: "(\(label))"
    case .database: "[(\(label))]"
    case .cache: "{{\(label)}}"
    case .queue: ">\(label)]"
    case .external: "[\(label)]"
    case .user: "([\(label)])"
    }
  }

  private func label(of node: ServiceMap.Node) -> String {
    let name = VisibleText(node.name, graphemes: Limits.nodeNameGraphemes).text
    var lines = [name.allSatisfy(\.isWhitespace) ? "(no name)" : name]
    if isDetailed {
      let kind = node.kind == .service || node.kind.rawValue == node.name ? nil : node.kind.rawValue
      if node.latency.count > 0 {
        lines.append(
          [kind, (node.isEstimated ? "≈" : "") + node.latency.count.short, node.latency.p99Text].compactMap { $0 }
            .joined(separator: ", "))
      } else if let kind {
        lines.append(kind)
      }
    }
    let health = Health(node.outcomes)
    if isDetailed || health == .degraded || health == .failing, let failure = node.outcomes.failureText {
      lines.append(health.marked(failure))
    }
    return MermaidText.label(lines)
  }

  private func label(of edge: ServiceMap.Edge) -> String {
    var lines = [(edge.isEstimated ? "≈" : "") + edge.calls.short(edge.kind == .message ? "message" : "call")]
    if edge.latency.count > 0 { lines.append(edge.latency.p99Text) }
    if let queued = edge.timeInQueue { lines.append("queued \(queued.p99Text)") }
    if let failure = edge.outcomes.failureText { lines.append(Health(edge.outcomes).marked(failure)) }
    return MermaidText.label(lines)
  }
}
