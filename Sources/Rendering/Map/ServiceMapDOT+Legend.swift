import TraceModel

extension ServiceMapDOT {
  /// A frame with a line on colours and edges, and below it one shape a rank. It is a cluster, which Graphviz keeps
  /// whatever else there is out of, so it collides with nothing. It explains what the map shows and nothing more.
  var legend: [String] {
    var lines = ["subgraph cluster_legend {"]
    lines.append(
      "  graph [label=\(legendLabel), labeljust=l, style=rounded, color=\"\(theme.rule)\", margin=9, "
        + "tooltip=\"Legend\"];")
    lines.append(
      "  node [fontsize=10, height=0.28, width=0.9, color=\"\(theme.idle.line)\", fillcolor=\"\(theme.background)\", "
        + "fontcolor=\"\(theme.quietInk)\", penwidth=1.2];")
    var entries: [String] = []
    for kind in ServiceMap.NodeKind.allCases where map.nodes.contains(where: { $0.kind == kind }) {
      entries.append("legend_\(kind.rawValue)")
      lines.append(
        "  legend_\(kind.rawValue) [\(Self.shape(of: kind)), margin=\"0.08,0.03\", label=\"\(kind.rawValue)\", "
          + "tooltip=\"\(kind.rawValue)\"];")
    }
    if entries.count > 1 { lines.append("  \(entries.joined(separator: " -> ")) [style=invis, weight=9];") }
    lines.append("}")
    return lines
  }

  private var legendLabel: String {
    let healths: [(Health, String)] = [
      (.healthy, "under 1% fail"), (.degraded, "▲ 1% or more fail"), (.failing, "✖ 5% or more faults"),
    ]
    var cells = healths.flatMap { health, words in
      [swatch(fill: theme[health].fill, line: theme[health].line), cell(words)]
    }
    if map.nodes.contains(where: { $0.outcomes.throttle > 0 }) {
      cells += [swatch(fill: theme.throttled, line: theme.throttled), cell("throttled")]
    }
    if !map.edges.isEmpty { cells.append(cell("wider line: more calls")) }
    if map.edges.contains(where: { $0.kind == .message }) { cells.append(cell("dashed line: messages")) }
    return
      "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\"><TR>\(cells.joined())</TR></TABLE>>"
  }

  private func swatch(fill: String, line: String) -> String {
    "<TD FIXEDSIZE=\"TRUE\" WIDTH=\"15\" HEIGHT=\"9\" BGCOLOR=\"\(fill)\" BORDER=\"1\" COLOR=\"\(line)\"></TD>"
  }

  private func cell(_ words: String) -> String {
    "<TD>\(DOTText.text(" \(words)    ", color: theme.quietInk, points: 10))</TD>"
  }
}
