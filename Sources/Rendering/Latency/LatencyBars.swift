import TraceModel

/// Latency histograms as text: a title, the percentiles, and a bar a row with its exact count.
///
/// Rows end at round bounds, within the histogram's error of 1.09 %; p50, p90, p95, p99, p99.9 and p100 stand beside the
/// rows that they fall in. The last lines state the window, if one is given, and the error. No line is wider than `width` columns.
package struct LatencyBars: Sendable {
  package private(set) var text = ""

  /// - Parameters:
  ///   - window: when what was measured ended; all if nothing is to be said of it.
  ///   - width: columns of a line, 40 to 1,000; other widths count as the nearest.
  package init(
    _ series: [LatencySeries], window: TimeWindow = .all, width: Int = 100, style: TextStyle = .plain
  ) {
    let width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
    for (number, one) in series.enumerated() {
      if number > 0 { text += "\n" }
      write(one, width, style)
    }
    if series.contains(where: { $0.latency.count > 0 }) {
      text += "\n"
      for note in [window.text, LatencyHistogram.errorBoundNote(series)].compactMap({ $0 }) {
        text += style.paint(note.fitting(columns: width), .quiet) + "\n"
      }
    }
  }

  private mutating func write(_ series: LatencySeries, _ width: Int, _ style: TextStyle) {
    let title = series.title.fitting(columns: width)
    text += style.paint(title, .strong) + "\n"
    guard series.latency.count > 0 else {
      text += style.paint("nothing was measured", .quiet) + "\n"
      return
    }
    let figures =
      [series.countText] + series.percentiles.map { "\($0.name) \($0.duration)" }
    text += Self.wrapped(figures, width)

    let rows = LatencyRows(series.buckets).rows
    let most = rows.map(\.count).max() ?? 0
    let bounds = rows.map { $0.upperBound == .zero ? "0" : "≤ \($0.upperBound)" }
    let counts = rows.map(\.count.grouped)
    let marks = marks(of: series, in: rows)
    let boundColumns = bounds.map(\.columns).max() ?? 0
    let countColumns = counts.map(\.columns).max() ?? 0
    let markColumns = marks.map(\.columns).max() ?? 0
    let barColumns = max(4, width - boundColumns - countColumns - markColumns - 6)
    for (number, row) in rows.enumerated() {
      let bar = Bar.share(most == 0 ? 0 : Double(row.count) / Double(most), columns: barColumns)
      var line = "\(bounds[number].aligned(to: boundColumns))  "
      line += style.paint(bar, .service(0)) + String(repeating: " ", count: barColumns - bar.columns)
      line += "  \(counts[number].aligned(to: countColumns))"
      if !marks[number].isEmpty { line += "  " + style.paint(marks[number], .strong) }
      text += line + "\n"
    }
    writeExemplars(series, width, style)
  }

  private mutating func writeExemplars(_ series: LatencySeries, _ width: Int, _ style: TextStyle) {
    let durations = series.exemplars.map(\.duration.description)
    let durationColumns = durations.map(\.columns).max() ?? 0
    for (exemplar, duration) in zip(series.exemplars, durations) {
      let line = "\(exemplar.mark.fitting(columns: 8).padded(to: 5))  \(duration.aligned(to: durationColumns))"
      text += "\(line)  trace \(exemplar.traceID)".fitting(columns: width) + "\n"
    }
  }

  /// Words on as few lines as they fit on.
  static func wrapped(_ words: [String], _ width: Int) -> String {
    var text = ""
    var used = 0
    for word in words {
      if used > 0 && used + 2 + word.columns > width {
        text += "\n"
        used = 0
      }
      text += (used > 0 ? "  " : "") + word
      used += (used > 0 ? 2 : 0) + word.columns
    }
    return text + "\n"
  }

  /// The names of the percentiles that fall in each row.
  private func marks(of series: LatencySeries, in rows: [LatencyRows.Row]) -> [String] {
    var names = [[String]](repeating: [], count: rows.count)
    for (name, duration) in series.percentiles {
      let row = rows.firstIndex { duration <= $0.upperBound } ?? rows.count - 1
      if names.indices.contains(row) { names[row].append(name) }
    }
    return names.map { $0.joined(separator: " ") }
  }
}
