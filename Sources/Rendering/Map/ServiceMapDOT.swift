import Glibc
import TraceModel

/// The service map as a graph in Graphviz's language, that stands on its own: any `dot` draws it, nothing is fetched.
///
/// Services, databases, queues, externals and users have each their shape; colour, line and a mark say how well calls
/// go, an edge's width how many there are (on a logarithmic scale); a title gives window and coverage, a legend explains,
/// tooltips (in SVG) have all figures. Equal maps are equal text. Names may be anything: they are escaped, and shortened
/// where they are long (`Limits`).
package struct ServiceMapDOT: Sendable {
  package private(set) var text = ""

  let map: ServiceMap
  let theme: Theme
  /// Whether every edge shows its figures.
  let isDetailed: Bool
  /// The calls of the busiest edge.
  private let callsMax: UInt64
  /// The edges, by number, that say which column a node stands in; nil if all do.
  private let layering: Set<Int>?

  package init(_ map: ServiceMap, theme: Theme = .light) {
    self.map = map
    self.theme = theme
    isDetailed = map.nodes.count <= Limits.detailedMapNodes && map.edges.count <= Limits.detailedMapEdges
    callsMax = map.edges.map(\.calls).max() ?? 0
    layering = map.edges.count <= Limits.layeredMapEdges ? nil : Self.busiestIntoEach(map.edges)
    write()
  }

  private mutating func write() {
    line("digraph \"service map\" {")
    writeDefaults()
    if map.nodes.isEmpty {
      line("  empty [shape=plaintext, label=\(DOTText.quiet("Nothing was seen in this window.", theme, points: 12))]")
    } else {
      var numbers: [ExactString: Int] = [:]
      for (number, node) in map.nodes.enumerated() {
        numbers[ExactString(text: node.id)] = number
        writeNode(node, number)
      }
      for (number, edge) in map.edges.enumerated() {
        // An edge needs both of its ends; a map that somebody cut may lack one.
        guard let source = numbers[ExactString(text: edge.source)],
          let target = numbers[ExactString(text: edge.target)]
        else { continue }
        writeEdge(edge, number, from: source, to: target)
      }
      for legendLine in legend { line("  " + legendLine) }
    }
    line("}")
  }

  private mutating func writeDefaults() {
    line("  graph [label=\(title), labelloc=t, labeljust=l, rankdir=LR, bgcolor=\"\(theme.background)\",")
    line("    fontname=\"\(DOTText.fonts)\", fontcolor=\"\(theme.ink)\", pad=0.35, nodesep=0.38, ranksep=0.62,")
    // Without bounds on its searches, Graphviz may take minutes over a dense graph.
    line("    outputorder=edgesfirst, tooltip=\"Service map\", nslimit=4, nslimit1=4, mclimit=1];")
    if !isDetailed { line("  graph [splines=line, nslimit=1, nslimit1=1, mclimit=0.2];") }
    line(
      "  node [fontname=\"\(DOTText.fonts)\", fontsize=13, fontcolor=\"\(theme.ink)\", margin=\"0.16,0.09\", height=0.5];"
    )
    line("  edge [fontname=\"\(DOTText.fonts)\", fontsize=10, fontcolor=\"\(theme.quietInk)\"];")
  }

  mutating func line(_ line: String) {
    text += line
    text += "\n"
  }
}

// MARK: - Nodes

extension ServiceMapDOT {
  private mutating func writeNode(_ node: ServiceMap.Node, _ number: Int) {
    let health = Health(node.outcomes)
    line(
      "  n\(number) [\(Self.shape(of: node.kind)), label=\(label(of: node, health)), color=\"\(theme[health].line)\", "
        + "fillcolor=\"\(theme[health].fill)\", penwidth=\(Self.outlineWidth(health)), tooltip=\(tooltip(of: node))];")
  }

  static func shape(of kind: ServiceMap.NodeKind) -> String {
    switch kind {
    case .service: "shape=box, style=\"rounded,filled\""
    case .database: "shape=cylinder, style=filled"
    case .cache: "shape=hexagon, style=filled, margin=0"
    case .queue: "shape=cds, style=filled, margin=\"0.2,0.13\""
    case .external: "shape=octagon, style=\"filled,dashed\", margin=0"
    case .user: "shape=egg, style=filled"
    }
  }

  /// Told apart in grey, too.
  static func outlineWidth(_ health: Health) -> String {
    switch health {
    case .idle, .healthy: "1.2"
    case .degraded: "1.8"
    case .failing: "2.6"
    }
  }

  private func label(of node: ServiceMap.Node, _ health: Health) -> String {
    var rows: [String] = []
    if let over = overline(of: node) { rows.append(DOTText.text(over, color: theme.quietInk, points: 9)) }
    rows.append(DOTText.bold(name(of: node), color: theme.ink, points: 13))
    if node.latency.count > 0 {
      let noun = node.kind == .queue ? "message" : node.kind == .service ? "request" : "call"
      let figures = "\(node.latency.count.short(noun)) · p99 \(node.latency.p99)"
      rows.append(DOTText.text(figures, color: theme.quietInk, points: 10))
    }
    if let failure = node.outcomes.failureText {
      rows.append(DOTText.text(health.marked(failure), color: theme[health].text, points: 10))
      rows.append(outcomeBar(node.outcomes))
    }
    return DOTText.table(rows)
  }

  private func name(of node: ServiceMap.Node) -> String {
    let name = VisibleText(node.name, graphemes: Limits.nodeNameGraphemes).text
    return name.isEmpty ? "(no name)" : name
  }

  /// What stands small above the name: the kind in a word, so that no one needs to know shapes, and the namespace.
  private func overline(of node: ServiceMap.Node) -> String? {
    let kind: String? = node.kind == .service || node.kind.rawValue == node.name ? nil : node.kind.rawValue
    let namespace = node.namespace.flatMap { $0.isEmpty ? nil : $0 }
    let words = [kind, namespace.map { VisibleText($0, graphemes: Limits.nodeNameGraphemes).text }].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: " · ")
  }

  /// The outcomes as parts of a bar; each that occurs can be seen.
  private func outcomeBar(_ outcomes: OutcomeCounts) -> String {
    let width = 96.0
    let parts = [
      (outcomes.ok, theme.healthy.line), (outcomes.error, theme.degraded.line), (outcomes.throttle, theme.throttled),
      (outcomes.fault, theme.failing.line),
    ].filter { $0.0 > 0 }
    var widths = parts.map { max(3, Int((Double($0.0) / outcomes.approximateTotal * width).rounded())) }
    // What the small ones were given beyond their share, the largest gives.
    if let largest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
      widths[largest] -= widths.reduce(0, +) - Int(width)
    }
    let cells = zip(parts, widths).map { part, width in
      "<TD FIXEDSIZE=\"TRUE\" WIDTH=\"\(width)\" HEIGHT=\"5\" BGCOLOR=\"\(part.1)\"></TD>"
    }
    return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" FIXEDSIZE=\"TRUE\" "
      + "WIDTH=\"\(Int(width))\" HEIGHT=\"5\"><TR>\(cells.joined())</TR></TABLE>"
  }

  private func tooltip(of node: ServiceMap.Node) -> String {
    var lines = ["\(VisibleText(node.name, graphemes: Limits.tooltipNameGraphemes).text) (\(node.kind.rawValue))"]
    if let namespace = node.namespace, !namespace.isEmpty {
      lines.append("namespace \(VisibleText(namespace, graphemes: Limits.tooltipNameGraphemes).text)")
    }
    lines.append(node.spans.grouped("span"))
    lines += Self.figures(node.outcomes, node.latency, noun: "request")
    return DOTText.quoted(lines)
  }

  private static func figures(_ outcomes: OutcomeCounts, _ latency: LatencySummary, noun: String) -> [String] {
    guard latency.count > 0 else { return [] }
    var lines = [latency.count.grouped(noun)]
    for (count, word) in [
      (outcomes.error, "errors (4xx)"), (outcomes.throttle, "throttled (429)"), (outcomes.fault, "faults (5xx)"),
    ] where count > 0 {
      lines.append("\(count.grouped) \(word), \(Share(Double(count), of: outcomes.approximateTotal))")
    }
    lines.append("p50 \(latency.p50)  p90 \(latency.p90)  p95 \(latency.p95)")
    lines.append("p99 \(latency.p99)  p99.9 \(latency.p999)  p100 \(latency.max)")
    return lines
  }
}

// MARK: - Edges

extension ServiceMapDOT {
  private mutating func writeEdge(_ edge: ServiceMap.Edge, _ number: Int, from source: Int, to target: Int) {
    let health = Health(edge.outcomes)
    let traffic = traffic(edge.calls)
    var attributes = ["color=\"\(theme[health].edge)\"", "penwidth=\(Self.tenths(1 + 2.8 * traffic))"]
    attributes.append("arrowsize=\(Self.tenths(0.7 + 0.3 * traffic))")
    attributes.append("weight=\(1 + Int(traffic * 4))")
    if let layering, !layering.contains(number) { attributes.append("constraint=false") }
    if edge.kind == .message { attributes.append("style=dashed") }
    if isDetailed || health == .degraded || health == .failing {
      attributes.append("label=\(label(of: edge, health))")
    }
    let tooltip = tooltip(of: edge, from: source, to: target)
    attributes.append("tooltip=\(tooltip), labeltooltip=\(tooltip)")
    line("  n\(source) -> n\(target) [id=\"e\(number)\", \(attributes.joined(separator: ", "))];")
  }

  /// For each target its edge with the most calls, the first of equals.
  private static func busiestIntoEach(_ edges: [ServiceMap.Edge]) -> Set<Int> {
    var busiest: [ExactString: Int] = [:]
    for (number, edge) in edges.enumerated() where !edge.source.hasSameBytes(as: edge.target) {
      let target = ExactString(text: edge.target)
      if let known = busiest[target], edges[known].calls >= edge.calls { continue }
      busiest[target] = number
    }
    return Set(busiest.values)
  }

  /// 0 to 1: how many doublings the calls are behind those of the busiest edge, of twelve, squared to part the leaders.
  private func traffic(_ calls: UInt64) -> Double {
    let share = max(0, 1 - log2((Double(callsMax) + 1) / (Double(calls) + 1)) / 12)
    return share * share
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private func label(of edge: ServiceMap.Edge, _ health: Health) -> String {
    var rows = [
      DOTText.text(edge.calls.short(edge.kind == .message ? "message" : "call"), color: theme.ink, points: 10),
      DOTText.text("p99 \(edge.latency.p99)", color: theme.quietInk, points: 10),
    ]
    if edge.latency.count == 0 { rows.removeLast() }
    if let failure = edge.outcomes.failureText {
      rows.append(DOTText.text(health.marked(failure), color: theme[health].text, points: 10))
    }
    return DOTText.table(rows, padding: 4)
  }

  private func tooltip(of edge: ServiceMap.Edge, from source: Int, to target: Int) -> String {
    let (source, target) = (map.nodes[source], map.nodes[target])
    let names = [source, target].map { VisibleText($0.name, graphemes: Limits.tooltipNameGraphemes).text }
    var lines = ["\(names[0]) → \(names[1])"]
    lines += Self.figures(edge.outcomes, edge.latency, noun: edge.kind == .message ? "message" : "call")
    return DOTText.quoted(lines)
  }
}
