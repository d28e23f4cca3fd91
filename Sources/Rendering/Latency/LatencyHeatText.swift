import TraceModel

/// Latencies over time as text: a row for a part of a doubling, slow above quick, a column for a stretch of time, the darker
/// the more. No line is wider than `width` columns.
package struct LatencyHeatText: Sendable {
  package private(set) var text = ""

  /// Columns that stand beside the picture, so that whoever asks for data can ask for as many columns as fit.
  package static let labelColumns = 10

  /// - Parameter width: columns of a line, 40 to 1,000; other widths count as the nearest. Where there are more columns of
  ///   time, several share one of text.
  package init(_ map: LatencyHeatMap, width: Int = 100, style: TextStyle = .plain) {
    let width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
    for (number, series) in map.series.enumerated() {
      if number > 0 { text += "\n" }
      write(series, map.columns, width, style)
    }
    guard !map.series.isEmpty else { return }
    text += "\n"
    if map.omittedSeries > 0 {
      text += style.paint("and \(map.omittedSeries) more series".fitting(columns: width), .quiet) + "\n"
    }
    let note = "a column is \(map.columns.step.spoken); shade by the logarithm of the count"
    for line in [map.columns.window.text, note, LatencyHistogram.errorBoundNote(map.series.map(\.whole))].compactMap({
      $0
    }) {
      text += style.paint(line.fitting(columns: width), .quiet) + "\n"
    }
  }

  private mutating func write(
    _ series: LatencyHeatMap.Series, _ columns: LatencyHeatMap.Columns, _ width: Int, _ style: TextStyle
  ) {
    let grid = HeatGrid(series, columns, rowsMax: Limits.heatMapTextRows)
    text += style.paint(series.whole.title.fitting(columns: width), .strong) + "\n"
    let figures =
      [series.whole.countText]
      + series.whole.percentiles.map { "\($0.name) \($0.duration)" }
    text += LatencyBars.wrapped(figures, width)

    let room = width - Self.labelColumns
    // Wide ones while they all fit, or several together.
    let wide = max(1, min(6, room / max(1, columns.count)))
    let together = (columns.count + room - 1) / room
    let shown = (columns.count + max(1, together) - 1) / max(1, together)
    func count(_ place: Int, _ row: Int) -> UInt64 {
      let range = place * together..<min(columns.count, (place + 1) * together)
      return range.reduce(0) { sum, column in
        guard !grid.cells[column].isEmpty else { return sum }
        return UInt64(clamping: UInt128(sum) + UInt128(grid.cells[column][row]))
      }
    }
    let most = (0..<shown).flatMap { place in (0..<grid.rowCount).map { count(place, $0) } }.max() ?? 0
    for row in stride(from: grid.rowCount - 1, through: 0, by: -1) {
      let label = "≤ \(grid.upperBound(row))".aligned(to: Self.labelColumns - 1)
      var line = ""
      for place in 0..<shown {
        line += style.shaded(HeatGrid.shade(count(place, row), of: most), columns: wide)
      }
      while line.last == " " { line.removeLast() }
      text += label + " " + line + "\n"
    }
    if grid.zeros.contains(where: { $0 > 0 }) {
      let zeros = grid.zeros.reduce(UInt64(0)) { UInt64(clamping: UInt128($0) + UInt128($1)) }
      text += "0".aligned(to: Self.labelColumns - 1) + " \(zeros.grouped) of no duration\n"
    }
    text += style.paint(times(columns, shown: shown, together: max(1, together), wide: wide, width), .quiet) + "\n"
  }

  /// The axis: times below the columns that begin then, as many as fit.
  private func times(
    _ columns: LatencyHeatMap.Columns, shown: Int, together: Int, wide: Int, _ width: Int
  ) -> String {
    var line = "UTC".aligned(to: Self.labelColumns - 1) + " "
    var last: Substring?
    for place in 0..<shown {
      let column = Self.labelColumns + place * wide
      let start = columns.start(of: place * together)
      let label = start.axisLabel(step: columns.step, since: last)
      guard line.columns < column || (place == 0), column + label.columns <= width else { continue }
      if place > 0 && line.columns + 1 > column { continue }
      line = line.padded(to: column) + label + " "
      last = start.date
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

extension LatencyHeatMap.Columns {
  /// From the beginning of the first to the end of the last.
  var window: TimeWindow { count > 0 ? TimeWindow(from: start(of: 0), to: start(of: count)) : .all }
}

extension Timestamp {
  /// `12:05`, with the date before it where that has changed; the date alone for steps of days.
  func axisLabel(step: Duration, since date: Substring?) -> String {
    if step >= .seconds(86_400) { return String(self.date) }
    let clock = String(self.clock.prefix(5))
    return date == nil || date == self.date ? clock : "\(self.date.dropFirst(5)) \(clock)"
  }
}

extension Duration {
  /// Of whole minutes: `a minute`, `15 minutes`, `2 hours`, `7 days`.
  var spoken: String {
    let minutes = nanoseconds / 60_000_000_000
    let (count, unit): (UInt64, String) =
      switch minutes {
      case 0: (nanoseconds / 1_000_000_000, "second")
      case let minutes where minutes % 1440 == 0: (minutes / 1440, "day")
      case let minutes where minutes % 60 == 0: (minutes / 60, "hour")
      default: (minutes, "minute")
      }
    return count == 1 ? (unit == "hour" ? "an hour" : "a \(unit)") : "\(count) \(unit)s"
  }
}

extension TextStyle {
  /// A cell of a heat map: in colour, from dark blue to yellow, which black and white grounds and colour-blind people
  /// can tell; else in shades of ink.
  func shaded(_ shade: Double, columns: Int) -> String {
    guard shade > 0 else { return String(repeating: " ", count: columns) }
    let shade = min(1, shade)
    switch self {
    case .plain:
      let ink = shade < 0.3 ? "░" : shade < 0.6 ? "▒" : shade < 0.85 ? "▓" : "█"
      return String(repeating: ink, count: columns)
    case .ansi:
      // Viridis in the 256 colours of xterm.
      let colors = [54, 55, 61, 25, 31, 30, 36, 35, 71, 107, 149, 185, 220, 226]
      let color = colors[min(colors.count - 1, Int(shade * Double(colors.count)))]
      return "\u{1b}[38;5;\(color)m" + String(repeating: "█", count: columns) + "\u{1b}[0m"
    }
  }
}
