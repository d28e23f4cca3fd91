import TraceModel

extension ServiceMapDOT {
  func statement(ofNode number: Int) -> String {
    let node = map.nodes[number]
    let health = Health(node.outcomes)
    let label = grid == nil ? cardLabel(node, health) : tileLabel(node, health)
    return "n\(number) [\(form(of: node.kind, number)), label=\(label), color=\"\(theme[health].line)\", "
      + "fillcolor=\"\(theme[health].fill)\", penwidth=\(Self.outlineWidth(health)), tooltip=\(tooltip(of: node))];"
  }

  private func form(of kind: ServiceMap.NodeKind, _ number: Int) -> String {
    guard let grid else { return "\(Self.shape(of: kind)), \(Self.room(in: kind))" }
    let (place, tile) = (grid.places[number], MapGrid.tile)
    // Of a cylinder and a queue's arrow some goes to the shape.
    let height = kind == .database || kind == .queue ? MapGrid.tallTileHeight : tile.height
    return "\(Self.shape(of: kind)), pos=\"\(place.x),\(place.y)\", width=\(Double(tile.width) / 72), "
      + "height=\(Double(height) / 72), fixedsize=shape"
  }

  static func shape(of kind: ServiceMap.NodeKind) -> String {
    switch kind {
    case .service: "shape=box, style=\"rounded,filled\""
    case .database: "shape=cylinder, style=filled"
    case .cache: "shape=box, style=filled, peripheries=2"
    case .queue: "shape=cds, style=filled"
    case .external: "shape=box, style=\"filled,dashed\""
    case .user: "shape=ellipse, style=filled"
    }
  }

  /// Wide enough for most figures, so that nodes do not grow and shrink with them.
  private static func room(in kind: ServiceMap.NodeKind) -> String {
    switch kind {
    case .service, .external: "width=1.9, height=0.6, margin=\"0.16,0.1\""
    case .database: "width=1.9, height=0.8, margin=\"0.16,0.06\""
    case .cache: "width=1.8, height=0.6, margin=\"0.16,0.1\""
    case .queue: "width=1.9, height=0.6, margin=\"0.2,0.13\""
    case .user: "width=0.9, height=0.6, margin=\"0.05,0.05\""
    }
  }

  /// Told apart in grey, too.
  private static func outlineWidth(_ health: Health) -> String {
    switch health {
    case .idle, .healthy: "1.2"
    case .degraded: "2.0"
    case .failing: "3.0"
    }
  }

  // MARK: What stands in it

  private func cardLabel(_ node: ServiceMap.Node, _ health: Health) -> String {
    var rows: [String] = []
    if let over = overline(of: node) { rows.append(DOTText.text(over, color: theme.quietInk, points: 9)) }
    let name = VisibleText(node.name, graphemes: Limits.nodeNameGraphemes).text
    rows.append(DOTText.bold(name.isEmpty ? "(no name)" : name, color: theme.ink, points: points(of: node, from: 12)))
    if node.latency.count > 0 {
      let noun = node.kind == .queue ? "message" : node.kind == .service ? "request" : "call"
      let count = (node.isEstimated ? "≈" : "") + node.latency.count.short(noun)
      let figures = "\(count) · \(node.latency.p99Text)"
      rows.append(DOTText.text(figures, color: theme.quietInk, points: 10))
    }
    if let failure = node.outcomes.failureText {
      rows.append(DOTText.text(health.marked(failure), color: theme[health].text, points: 10))
      rows.append(outcomeBar(node.outcomes))
    }
    // Graphviz has no regard for the lid of a cylinder when it places what stands in it.
    return DOTText.table(rows, headroom: node.kind == .database ? 5 : 0)
  }

  /// Two lines in a place of fixed size.
  private func tileLabel(_ node: ServiceMap.Node, _ health: Health) -> String {
    let points = points(of: node, from: 9)
    let name = node.name.fitting(columns: MapGrid.tile.width * 3 / 2 / points)
    var words: [String] = []
    if node.latency.count > 0 {
      words = [(node.isEstimated ? "≈" : "") + node.latency.count.short, node.latency.p99Text]
    }
    var color = theme.quietInk
    if health == .degraded || health == .failing, let failure = node.outcomes.failureText {
      words.append(health.marked(failure))
      color = theme[health].text
    } else if node.kind != .service, node.kind.rawValue != node.name {
      words.insert(node.kind.rawValue, at: 0)
    }
    let rows = [DOTText.bold(name.isEmpty ? "(no name)" : name, color: theme.ink, points: points)]
    return DOTText.table(
      words.isEmpty ? rows : rows + [DOTText.text(words.joined(separator: " · "), color: color, points: 8)])
  }

  private func points(of node: ServiceMap.Node, from least: Int) -> Int {
    least + Int((scale.size(node) * 4).rounded())
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
    lines += Self.figures(node.outcomes, node.latency, noun: "request", isEstimated: node.isEstimated)
    return DOTText.quoted(lines)
  }
}
