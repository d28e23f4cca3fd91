import TraceModel

extension ServiceMapDOT {
  /// What the picture is of, how far it can be trusted, and how it is read.
  var title: String {
    let heading = map.narrowing.trace.map { "Trace \($0)" } ?? "Service map"
    var rows = [DOTText.bold(heading, color: theme.ink, points: 20)]
    let lines = [map.windowText].compactMap { $0 } + Self.lines(of: map.narrowing.words) + Self.lines(of: coverage)
    rows += lines.map { DOTText.text($0, color: theme.quietInk, points: 11) }
    if let legend {
      rows.append(DOTText.text(" ", color: theme.quietInk, points: 4))
      rows.append(legend)
    }
    // Room between the title and the graph.
    rows.append(DOTText.text(" ", color: theme.quietInk, points: 12))
    return DOTText.table(rows, alignment: "LEFT")
  }

  private var coverage: [String] {
    map.coverage.words + (grid == nil ? [] : ["figures of edges in their tooltips"])
  }

  /// Words on as few lines as have room for them, so that a long question makes no picture wide.
  private static func lines(of words: [String]) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + 3 + word.count <= Limits.titleLineGraphemes {
        lines[lines.count - 1] = "\(last) · \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  // MARK: The legend

  /// Explains what the map shows and nothing more; nil where there is nothing to explain. Kinds of nodes need no
  /// explaining: each says its own in a word.
  private var legend: String? {
    let healths = Set((map.nodes.map(\.outcomes) + map.edges.map(\.outcomes)).map { Health($0) })
    var parts: [String] = []
    for (health, words) in [
      (Health.healthy, "under 1% fail"), (.degraded, "▲ 1% or more fail"), (.failing, "✖ 5% or more faults"),
    ] where healths.contains(health) {
      parts.append(swatch(theme[health].line) + explained(words))
    }
    if grid == nil, map.nodes.contains(where: { $0.outcomes.throttle > 0 }) {
      parts.append(swatch(theme.throttled) + explained("throttled"))
    }
    if !map.edges.isEmpty {
      switch scale.sizing {
      case .traffic: parts.append(explained("larger name, wider line: more calls"))
      case .latency: parts.append(explained("larger name, wider line: slower, by p99"))
      case .even: break
      }
    }
    if map.edges.contains(where: { $0.kind == .message }) { parts.append(explained("dashed line: messages")) }
    return parts.isEmpty ? nil : parts.joined()
  }

  // A letter and not a cell of a table, which would be stretched to the width of the longest line.
  private func swatch(_ color: String) -> String { DOTText.text("■", color: color, points: 13) }

  // Spaces are texts of their own, as readers of SVG drop them at the beginning of one.
  private func explained(_ words: String) -> String {
    [space(2), words, space(4)].map { DOTText.text($0, color: theme.quietInk, points: 10) }.joined()
  }

  private func space(_ width: Int) -> String { String(repeating: "\u{a0}", count: width) }
}

extension ServiceMap.Coverage {
  /// How far the map can be trusted, in words.
  var words: [String] {
    var parts = [spans.grouped("span")]
    if unpaired > 0 {
      parts.append("\(Share(Double(paired), of: Double(paired) + Double(unpaired))) of calls paired")
    } else if paired > 0 {
      parts.append("every call paired")
    }
    if late > 0 { parts.append("\(late.grouped) late") }
    if unlinked > 0 { parts.append("\(unlinked.grouped("link")) without a sender") }
    if skewed > 0 { parts.append("\(skewed.grouped) with impossible times") }
    if let overwrittenBefore { parts.append("what came before \(overwrittenBefore.text) UTC is overwritten") }
    return parts
  }
}

extension ServiceMap.Narrowing {
  /// What part of the map this is, in words; none for all of it.
  var words: [String] {
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
    return parts
  }
}
