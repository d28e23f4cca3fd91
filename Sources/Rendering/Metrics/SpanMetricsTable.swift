import TraceModel

/// Figures of spans over time as a table: a line a series, with its labels, a bar for each step and its last, least and
/// highest figure. Lines below say what a bar is and what is missing.
package struct SpanMetricsTable: Sendable {
  package private(set) var text = ""

  /// - Parameter width: columns of a line, 40 to 1,000; other widths count as the nearest.
  package init(_ metrics: SpanMetrics, width: Int = 100, style: TextStyle = .plain) {
    let width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
    let keys = Self.keys(of: metrics)
    var cells: [[String]] = []
    for series in metrics.series {
      let known = series.points.compactMap { $0 }
      cells.append(
        keys.map { key in
          let label = series.labels.first { $0.key == key }
          return label.map { Self.text($0.value).fitting(columns: Limits.tableNameColumns) } ?? ""
        } + [known.last, known.min(), known.max()].map { $0.map(Self.figure) ?? "–" })
    }
    let headings = keys.map { $0 == "__name__" ? "FIGURE" : $0.fitting(columns: Limits.tableNameColumns) }
    let widths = (headings + ["LAST", "MIN", "MAX"]).enumerated().map { column, heading in
      max(heading.columns, cells.map { $0[column].columns }.max() ?? 0)
    }
    let room = max(8, width - widths.reduce(0) { $0 + $1 + 2 })
    var table = TextTable(
      headings.map { ($0, .left) } + [("OVER TIME", .left), ("LAST", .right), ("MIN", .right), ("MAX", .right)])
    for (series, cells) in zip(metrics.series, cells) {
      let bars = Sparkline(series.points, columns: room).text
      table.add(Array(cells.dropLast(3)) + [bars] + Array(cells.suffix(3)))
    }
    if !metrics.series.isEmpty { text = table.text(style: style) + "\n" }
    for note in Self.notes(metrics, room: room) { text += style.paint(note.fitting(columns: width), .quiet) + "\n" }
  }

  /// In the order in which series have them.
  private static func keys(of metrics: SpanMetrics) -> [String] {
    var keys: [String] = []
    for series in metrics.series {
      for label in series.labels where !keys.contains(label.key) { keys.append(label.key) }
    }
    // Comparisons name an attribute a series: one column for all of them would say more, but not which.
    return Array(keys.prefix(Limits.metricsLabelColumns))
  }

  private static func notes(_ metrics: SpanMetrics, room: Int) -> [String] {
    let columns = metrics.columns
    let end = columns.start(of: columns.count)
    let together = max(1, (columns.count + room - 1) / room)
    let bar = Duration(
      nanoseconds: columns.step.nanoseconds.multipliedReportingOverflow(by: UInt64(together)).partialValue)
    var notes = ["spans that started from \(columns.from) to \(end); a bar is \(bar)"]
    if metrics.droppedSeries > 0 {
      notes.append("\(metrics.droppedSeries.grouped) more series were left out: group by less, or filter more")
    }
    if metrics.cut == .time {
      notes.append("not all spans were looked at, and the oldest figures are too low: take a smaller window")
    }
    return notes
  }

  private static func text(_ value: AttributeValue) -> String {
    if case .double(let number) = value { return figure(number) }
    return if case .empty = value { "nil" } else { value.text }
  }

  /// Four digits, more before the point if there are.
  static func figure(_ number: Double) -> String {
    guard number.isFinite else { return "\(number)" }
    let size = abs(number)
    if size == 0 { return "0" }
    if size >= 1e15 || size < 1e-9 { return "\(number)" }
    let decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    if size < 1 {
      // As many zeros as it begins with, and three digits.
      while (size * scale).rounded() < 100 { scale *= 10 }
    }
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int64(rounded))" : decimalText(rounded)
  }

  private static func decimalText(_ number: Double) -> String {
    guard abs(number) < 1e-3 else { return "\(number)" }
    // Without an exponent, which few people read.
    let digits = "\((abs(number) * 1e12).rounded())".prefix { $0 != "." }
    var fraction = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    while fraction.last == "0" { fraction.removeLast() }
    return (number < 0 ? "-0." : "0.") + fraction
  }
}
