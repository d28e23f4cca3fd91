import TraceModel

extension ServiceMapDOT {
  func statement(of link: Link) -> String {
    let edge = map.edges[link.edge]
    let (health, size) = (Health(edge.outcomes), scale.size(edge))
    let tooltip = tooltip(of: edge, link)
    var attributes = ["id=\"e\(link.edge)\"", "tooltip=\(tooltip)"]
    if edge.kind == .message { attributes.append("style=dashed") }
    if let grid {
      attributes += [
        "color=\"\(theme[health].edge)\(Self.opacity(health, size))\"",
        "penwidth=\(Self.tenths(Self.least(health) - 0.2 + 2.4 * size))", "arrowsize=0.5",
        "pos=\"\(grid.curve(from: link.source, to: link.target))\"",
      ]
    } else {
      attributes += [
        "color=\"\(theme[health].edge)\"", "penwidth=\(Self.tenths(Self.least(health) + 2.8 * size))",
        "arrowsize=\(Self.tenths(0.7 + 0.3 * size))", "label=\(label(of: edge, health))", "labeltooltip=\(tooltip)",
      ]
      // Graphviz takes a queue for larger than it is, and ends lines in the air beside it.
      if map.nodes[link.source].kind == .queue { attributes.append("tailport=e") }
      if map.nodes[link.target].kind == .queue { attributes.append("headport=w") }
    }
    return "n\(link.source) -> n\(link.target) [\(attributes.joined(separator: ", "))];"
  }

  /// However small it is, what fails can be seen, and in grey, too.
  private static func least(_ health: Health) -> Double {
    switch health {
    case .idle, .healthy: 1
    case .degraded: 1.4
    case .failing: 1.8
    }
  }

  /// In hexadecimal. Of thousands of lines the healthy ones are a ground on which the others stand.
  private static func opacity(_ health: Health, _ size: Double) -> String {
    if health == .degraded || health == .failing { return "" }
    return String(0x30 + Int(size * 0x70), radix: 16)
  }

  private func label(of edge: ServiceMap.Edge, _ health: Health) -> String {
    let count = (edge.isEstimated ? "≈" : "") + edge.calls.short(Self.noun(edge))
    var rows = [DOTText.text(count, color: theme.ink, points: 10)]
    if edge.latency.count > 0 {
      rows.append(DOTText.text(edge.latency.p99Text, color: theme.quietInk, points: 10))
    }
    if let queued = edge.timeInQueue {
      rows.append(DOTText.text("queued \(queued.p99Text)", color: theme.quietInk, points: 10))
    }
    if let failure = edge.outcomes.failureText {
      rows.append(DOTText.text(health.marked(failure), color: theme[health].text, points: 10))
    }
    return DOTText.table(rows, padding: 4)
  }

  private func tooltip(of edge: ServiceMap.Edge, _ link: Link) -> String {
    let names = [link.source, link.target].map {
      VisibleText(map.nodes[$0].name, graphemes: Limits.tooltipNameGraphemes).text
    }
    var lines = ["\(names[0]) → \(names[1])"]
    lines += Self.figures(edge.outcomes, edge.latency, noun: Self.noun(edge), isEstimated: edge.isEstimated)
    if let queued = edge.timeInQueue {
      lines += ["in the queue, \(queued.count.grouped("message")):"] + Self.percentiles(queued)
    }
    if let network = edge.networkTime {
      lines += ["on the network, \(network.count.grouped("call")):"] + Self.percentiles(network)
    }
    return DOTText.quoted(lines)
  }

  private static func noun(_ edge: ServiceMap.Edge) -> String { edge.kind == .message ? "message" : "call" }
}
