import TraceModel

extension ServiceMapDOT {
  /// What the picture is of, and how far it can be trusted.
  var title: String {
    var rows = [DOTText.bold("Service map", color: theme.ink, points: 20)]
    rows += [map.windowText, coverageText].compactMap { $0 }.map {
      DOTText.text($0, color: theme.quietInk, points: 11)
    }
    // Room between the title and the graph.
    rows.append(DOTText.text(" ", color: theme.quietInk, points: 6))
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
    if !isDetailed { parts.append("figures of healthy edges in their tooltips") }
    return parts.joined(separator: " · ")
  }
}
