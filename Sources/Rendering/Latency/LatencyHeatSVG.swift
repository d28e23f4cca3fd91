import Glibc
import TraceModel

/// Latencies over time as one picture that stands on its own: a panel a series, time from left to right, durations from
/// bottom to top on a logarithmic axis, darker where there are more, with lines for p50 and p99.
///
/// The shades are one colour's, from light to dark, so that grey shows the same; each cell's exact count is in its tooltip.
package struct LatencyHeatSVG: Sendable {
  package let text: String

  /// Pixels.
  private static let width = 820.0
  private static let panelHeight = 320.0
  private static let plot = (left: 72.0, right: 796.0, top: 76.0, bottom: 268.0)

  package init(_ map: LatencyHeatMap, theme: Theme = .light) {
    let height = Self.panelHeight * Double(map.series.count) + 52
    var picture = SVGLines(
      width: Self.width, height: height, title: "Latencies over time", background: theme.background)
    for (number, series) in map.series.enumerated() {
      picture.line("<g transform=\"translate(0,\(SVGLines.number(Double(number) * Self.panelHeight)))\">")
      Self.writePanel(series, map.columns, theme, &picture)
      picture.line("</g>")
    }
    var note = map.series.isEmpty ? "Nothing was measured." : "a column is \(map.columns.step.spoken)"
    if let window = map.columns.window.text, !map.series.isEmpty { note = "\(window) · \(note)" }
    if map.omittedSeries > 0 { note = "and \(map.omittedSeries) more series · \(note)" }
    if !map.series.isEmpty { note += " · \(LatencyHistogram.errorBoundNote(map.series.map(\.whole)))" }
    picture.words(note, x: 24, y: height - 20, color: theme.quietInk)
    picture.end()
    text = picture.text
  }

  private static func writePanel(
    _ series: LatencyHeatMap.Series, _ columns: LatencyHeatMap.Columns, _ theme: Theme, _ picture: inout SVGLines
  ) {
    let grid = HeatGrid(series, columns, rowsMax: Limits.heatMapPictureRows)
    picture.words(
      series.whole.title, x: 24, y: 38, color: theme.ink, attributes: " font-size=\"16\" font-weight=\"bold\"")
    var figures = [series.whole.countText]
    figures += series.whole.percentiles.map { "\($0.name) \($0.duration)" }
    let zeros = grid.zeros.reduce(UInt64(0)) { UInt64(clamping: UInt128($0) + UInt128($1)) }
    if zeros > 0 { figures.append("\(zeros.grouped) of no duration") }
    picture.words(figures.joined(separator: " · "), x: 24, y: 58, color: theme.quietInk)
    guard grid.rowCount > 0, columns.count > 0 else { return }
    let axis = LatencyAxis(
      [grid.lowerDoublings(0), grid.upperDoublings(grid.rowCount - 1)], padding: 0)
    writeGrid(axis, columns, theme, &picture)
    writeCells(grid, axis, columns, theme, &picture)
    writeLine("p50", \.p50, series, axis, columns, theme, &picture)
    writeLine("p99", \.p99, series, axis, columns, theme, &picture)
    writeScale(grid, theme, &picture)
  }

  private static func y(_ share: Double) -> Double { plot.bottom - share * (plot.bottom - plot.top) }

  private static func x(_ column: Int, _ columns: LatencyHeatMap.Columns) -> Double {
    plot.left + Double(column) / Double(columns.count) * (plot.right - plot.left)
  }

  private static func writeGrid(
    _ axis: LatencyAxis, _ columns: LatencyHeatMap.Columns, _ theme: Theme, _ picture: inout SVGLines
  ) {
    for tick in axis.ticks {
      let y = y(axis.share(tick))
      picture.stroke(plot.left, y, plot.right, y, color: theme.rule)
      picture.words(tick.description, x: plot.left - 8, y: y + 4, color: theme.quietInk, anchor: "end")
    }
    picture.stroke(plot.left, plot.bottom, plot.right, plot.bottom, color: theme.quietInk)
    var (end, date): (Double, Substring?) = (-.infinity, nil)
    for column in 0..<columns.count {
      let x = x(column, columns)
      let label = columns.start(of: column).axisLabel(step: columns.step, since: date)
      let isRound = columns.start(of: column).isRound(for: columns)
      guard (isRound || column == 0) && x > end + 14 && x + Double(label.count) * 7 < plot.right + 20 else { continue }
      picture.stroke(x, plot.bottom, x, plot.bottom + 4, color: theme.quietInk)
      picture.words(label, x: x, y: plot.bottom + 18, color: theme.quietInk)
      end = x + Double(label.count) * 7
      date = columns.start(of: column).date
    }
  }

  private static func writeCells(
    _ grid: HeatGrid, _ axis: LatencyAxis, _ columns: LatencyHeatMap.Columns, _ theme: Theme,
    _ picture: inout SVGLines
  ) {
    for column in 0..<columns.count where !grid.cells[column].isEmpty {
      let (left, right) = (x(column, columns), x(column + 1, columns))
      for row in 0..<grid.rowCount where grid.cells[column][row] > 0 {
        let count = grid.cells[column][row]
        let (top, bottom) = (
          y(axis.share(grid.upperDoublings(row))), y(axis.share(grid.lowerDoublings(row)))
        )
        let what = "\(count.grouped) up to \(grid.upperBound(row)) from \(columns.start(of: column).text)"
        // Half a pixel over the next, or seams would show.
        picture.line(
          "<rect x=\"\(SVGLines.number(left))\" y=\"\(SVGLines.number(top))\" "
            + "width=\"\(SVGLines.number(right - left + 0.3))\" height=\"\(SVGLines.number(bottom - top + 0.3))\" "
            + "fill=\"\(theme.heat(grid.shade(count)))\"><title>\(what)</title></rect>")
      }
    }
  }

  private static func writeLine(
    _ name: String, _ figure: KeyPath<LatencySummary, Duration>, _ series: LatencyHeatMap.Series,
    _ axis: LatencyAxis, _ columns: LatencyHeatMap.Columns, _ theme: Theme, _ picture: inout SVGLines
  ) {
    // A line for each run of columns that follow each other.
    var runs: [[(column: Int, y: Double)]] = []
    for one in series.columns where one.latency.count > 0 {
      guard let column = columns.column(of: one.start) else { continue }
      let point = (column, y(axis.share(one.latency[keyPath: figure])))
      if let last = runs.last?.last, last.column + 1 == column {
        runs[runs.count - 1].append(point)
      } else {
        runs.append([point])
      }
    }
    var end: (x: Double, y: Double)?
    for run in runs {
      // Steps, since a column is one figure.
      let points = run.flatMap { point in
        [x(point.column, columns), x(point.column + 1, columns)].map {
          "\(SVGLines.number($0)),\(SVGLines.number(point.y))"
        }
      }.joined(separator: " ")
      for (color, width) in [(theme.background, 3.5), (theme.ink, 1.5)] {
        let dashes = name == "p50" || color == theme.background ? "" : " stroke-dasharray=\"4 2\""
        picture.line(
          "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(SVGLines.number(width))\" "
            + "stroke-linejoin=\"round\"\(dashes)/>")
      }
      if let last = run.last { end = (x(last.column + 1, columns), last.y) }
    }
    guard let end else { return }
    picture.words(
      name, x: min(end.x + 4, plot.right - 24), y: max(end.y - 5, plot.top + 10), color: theme.ink,
      attributes: " font-size=\"11\" paint-order=\"stroke\" stroke=\"\(theme.background)\" stroke-width=\"3\"")
  }

  /// What the shades mean, at the right below the axis.
  private static func writeScale(_ grid: HeatGrid, _ theme: Theme, _ picture: inout SVGLines) {
    let (width, y) = (120.0, plot.bottom + 30)
    let left = plot.right - width - 44
    picture.words("1", x: left - 6, y: y + 9, color: theme.quietInk, anchor: "end", attributes: " font-size=\"11\"")
    let steps = grid.most > 1 ? 12 : 1
    for step in 0..<steps {
      let shade = steps == 1 ? 1 : 0.12 + 0.88 * Double(step) / Double(steps - 1)
      picture.line(
        "<rect x=\"\(SVGLines.number(left + Double(step) * width / Double(steps)))\" y=\"\(SVGLines.number(y))\" "
          + "width=\"\(SVGLines.number(width / Double(steps) + 0.3))\" height=\"10\" fill=\"\(theme.heat(shade))\"/>")
    }
    picture.words(
      "\(grid.most.short) calls", x: left + width + 6, y: y + 9, color: theme.quietInk,
      attributes: " font-size=\"11\"")
  }
}

extension Timestamp {
  /// Whether a label below a column that begins here would be a round one.
  fileprivate func isRound(for columns: LatencyHeatMap.Columns) -> Bool {
    // About eight labels, at the roundest multiples.
    let wanted = columns.step.nanoseconds / 60_000_000_000 * UInt64(max(1, columns.count / 8))
    let steps: [UInt64] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440]
    let step = steps.first { $0 >= wanted && $0 % max(1, columns.step.nanoseconds / 60_000_000_000) == 0 }
    guard let step else { return true }
    return unixNanoseconds / 60_000_000_000 % step == 0
  }
}

extension Theme {
  /// From the ground's side to the ink's, through blue: lighter is less on a light ground, darker on a dark one.
  fileprivate func heat(_ shade: Double) -> String {
    let stops: [(Double, Double, Double)] =
      background == Theme.dark.background
      ? [(26, 38, 64), (0, 114, 178), (86, 180, 233), (240, 248, 255)]
      : [(226, 238, 249), (134, 190, 228), (0, 114, 178), (8, 37, 82)]
    let place = min(1, max(0, shade)) * Double(stops.count - 1)
    let index = min(stops.count - 2, Int(place))
    let (low, high, part) = (stops[index], stops[index + 1], place - Double(index))
    func mixed(_ left: Double, _ right: Double) -> String {
      let value = UInt8(left + (right - left) * part)
      return (value < 16 ? "0" : "") + String(value, radix: 16)
    }
    return "#" + mixed(low.0, high.0) + mixed(low.1, high.1) + mixed(low.2, high.2)
  }
}
