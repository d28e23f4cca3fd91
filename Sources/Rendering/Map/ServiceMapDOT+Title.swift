import TraceModel

extension ServiceMapDOT {
  /// What the picture is of, how far it can be trusted, and how it is read.
  var title: String {
    let heading = map.narrowing.trace.map { "Trace \($0)" } ?? "Service map"
    var rows = [DOTText.bold(heading, color: theme.ink, points: 20)]
    rows += [map.windowText, map.narrowing.text, coverageText].compactMap { $0 }.map {
      DOTText.text($0, color: theme.quietInk, points: 11)
    }
    if let legend {
      rows.append(DOTText.text(" ", color: theme.quietInk, points: 4))
      rows.append(legend)
    }
    // Room between the title and the graph.
    rows.append(DOTText.text(" ", color: theme.quietInk, points: 12))
    return DOTText.table(rows, alignment: "LEFT")
  }

  private var coverageText: String {
    let coverage = map.coverage
    var parts = [coverage.spans.grouped("span")]
    if coverage.unpaired > 0 {
      let all = Double(coverage.paired) + Double(coverage.unpaired)
      parts.append("\(Share(Double(coverage.paired), of: all)) of calls paired")
    } else if coverage.paired > 0 {
      parts.append("every call paired")
    }
    if coverage.late > 0 { parts.append("\(coverage.late.grouped) late") }
    if coverage.skewed > 0 { parts.append("\(coverage.skewed.grouped) with impossible times") }
    if let before = coverage.overwrittenBefore { parts.append("what came before \(before.text) UTC is overwritten") }
    if grid != nil { parts.append("figures of edges in their tooltips") }
    return parts.joined(separator: " · ")
  }

  // MARK: The legend

  /// Explains what the map shows and nothing more; nil where there is nothing to explain. Kinds of nodes need no
  /// explaining: each says its own in a word.
  private var legend: String? {
    let healths = Set((map.nodes.map(\.outcomes) + map.edges.map(\.outcomes)).map { Health($0) })
    var cells: [String] = []
    for (health, words) in [
      (Health.healthy, "under 1% fail"), (.degraded, "▲ 1% or more fail"), (.failing, "✖ 5% or more faults"),
    ] where healths.contains(health) {
      cells += [swatch(fill: theme[health].fill, line: theme[health].line), cell(words)]
    }
    if grid == nil, map.nodes.contains(where: { $0.outcomes.throttle > 0 }) {
      cells += [swatch(fill: theme.throttled, line: theme.throttled), cell("throttled")]
    }
    if !map.edges.isEmpty {
      switch scale.sizing {
      case .traffic: cells.append(cell("larger name, wider line: more calls"))
      case .latency: cells.append(cell("larger name, wider line: slower, by p99"))
      case .even: break
      }
    }
    if map.edges.contains(where: { $0.kind == .message }) { cells.append(cell("dashed line: messages")) }
    guard !cells.isEmpty else { return nil }
    return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR>\(cells.joined())</TR></TABLE>"
  }

  private func swatch(fill: String, line: String) -> String {
    "<TD FIXEDSIZE=\"TRUE\" WIDTH=\"15\" HEIGHT=\"9\" BGCOLOR=\"\(fill)\" BORDER=\"1\" COLOR=\"\(line)\"></TD>"
  }

  private func cell(_ words: String) -> String {
    "<TD>\(DOTText.text(" \(words)     ", color: theme.quietInk, points: 10))</TD>"
  }
}

extension ServiceMap.Narrowing {
  /// What part of the map this is, in words; nil for all of it.
  var text: String? {
    var parts: [String] = []
    if let question {
      let traces = traces.map { "\(hasMoreTraces ? "the newest " : "")\($0.grouped("trace")) " } ?? "traces "
      parts.append("\(traces)with \(VisibleText(question, graphemes: Limits.tooltipNameGraphemes).text)")
    }
    if let groupedBy { parts.append("grouped by \(VisibleText(groupedBy, graphemes: Limits.nodeNameGraphemes).text)") }
    if let around {
      let name = VisibleText(around, graphemes: Limits.nodeNameGraphemes).text
      parts.append("around \(name)" + (depth.map { ", \($0) call\($0 == 1 ? "" : "s") deep" } ?? ""))
    }
    if let shareMin { parts.append("edges with at least \(Share(shareMin, of: 1)) of all calls") }
    if !hidden.isEmpty {
      let names = hidden.prefix(5).map { VisibleText($0, graphemes: Limits.nodeNameGraphemes).text }
      parts.append("without \(names.joined(separator: ", "))" + (hidden.count > 5 ? "…" : ""))
    }
    if nodesLeftOut > 0 || edgesLeftOut > 0 {
      parts.append("\(nodesLeftOut.grouped("node")) and \(edgesLeftOut.grouped("edge")) left out")
    }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }
}
