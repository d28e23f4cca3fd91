import TraceModel

/// Latency histograms as one picture that stands on its own: a panel a series, the durations on a logarithmic axis, p50
/// to p100 marked, each bar's exact range and count in its tooltip, and below it traces to look at.
///
/// Equal series are equal text.
package struct LatencySVG: Sendable {
  package let text: String

  private let theme: Theme

  /// Pixels.
  static let width = 820.0
  static let panelHeight = 268.0
  private static let exemplarHeight = 16.0
  private static let plot = (left: 64.0, right: 796.0, top: 112.0, bottom: 228.0)
  /// Okabe and Ito's blue: latencies are neither good nor bad.
  private static let barColor = "#0072b2"

  /// - Parameters:
  ///   - window: when what was measured ended; all if nothing is to be said of it.
  ///   - ground: what it is to be looked at on.
  package init(_ series: [LatencySeries], window: TimeWindow = .all, ground: MapStyle.Ground = .auto) {
    let theme: Theme = ground == .dark ? .dark : .light
    self.theme = theme
    let shown = series.prefix(Limits.histogramPanels)
    let height = shown.reduce(52) { $0 + Self.height($1) }
    var picture = SVGLines(
      width: Self.width, height: height, title: "Latency histograms", background: theme.background,
      rules: ground == .auto ? Theme.darkRules : [])
    var top = 0.0
    for one in shown {
      picture.line("<g transform=\"translate(0,\(SVGLines.number(top)))\">")
      Self.writePanel(one, theme, &picture)
      picture.line("</g>")
      top += Self.height(one)
    }
    var note = series.isEmpty ? "Nothing was measured." : LatencyHistogram.errorBoundNote(shown)
    if let window = window.text, !series.isEmpty { note = "\(window) · \(note)" }
    if series.count > shown.count { note = "and \(series.count - shown.count) more series · \(note)" }
    picture.words(note, x: 24, y: height - 20, color: theme.quietInk)
    picture.end()
    text = picture.text
  }

  private static func height(_ series: LatencySeries) -> Double {
    let lines = (series.exemplars.prefix(exemplarsMax).count + 1) / 2
    return panelHeight + (lines == 0 ? 0 : Double(lines) * exemplarHeight + 8)
  }

  private static let exemplarsMax = 8
}

// MARK: - A panel

extension LatencySVG {
  private static func writePanel(_ series: LatencySeries, _ theme: Theme, _ picture: inout SVGLines) {
    picture.words(series.title, x: 24, y: 38, color: theme.ink, attributes: " font-size=\"16\" font-weight=\"bold\"")
    guard series.latency.count > 0 else {
      return picture.words("nothing was measured", x: 24, y: 58, color: theme.quietInk)
    }
    let bars = LatencyBins(series.buckets)
    var figures = series.countText + " · mean \(series.latency.mean)"
    if bars.zeroCount > 0 { figures += " · \(bars.zeroCount.grouped) of no duration" }
    picture.words(figures, x: 24, y: 58, color: theme.quietInk)
    let axis = LatencyAxis(
      bars.bins.flatMap { [$0.lowerDoublings, $0.upperDoublings] }
        + series.percentiles.map { LatencyAxis.doublings($0.duration) })
    writeGrid(axis, most: bars.bins.map(\.count).max() ?? 0, theme, &picture)
    writeBars(bars, axis, &picture)
    writePercentiles(series, axis, theme, &picture)
    writeExemplars(series, axis, theme, &picture)
  }

  private static func x(_ share: Double) -> Double { plot.left + share * (plot.right - plot.left) }

  private static func writeGrid(_ axis: LatencyAxis, most: UInt64, _ theme: Theme, _ picture: inout SVGLines) {
    for tick in axis.ticks {
      let x = x(axis.share(tick))
      picture.stroke(x, plot.top, x, plot.bottom, color: theme.rule)
      picture.words(tick.description, x: x, y: plot.bottom + 18, color: theme.quietInk, anchor: "middle")
    }
    for count in most > 1 ? [most / 2, most] : [most] {
      let y = plot.bottom - (plot.bottom - plot.top) * Double(count) / Double(max(1, most))
      picture.stroke(plot.left, y, plot.right, y, color: theme.rule)
      picture.words(count.short, x: plot.left - 8, y: y + 4, color: theme.quietInk, anchor: "end")
    }
    picture.stroke(plot.left, plot.bottom, plot.right, plot.bottom, color: theme.quietInk)
  }

  private static func writeBars(_ bars: LatencyBins, _ axis: LatencyAxis, _ picture: inout SVGLines) {
    let most = Double(bars.bins.map(\.count).max() ?? 1)
    for bin in bars.bins {
      let (x, end) = (x(axis.share(bin.lowerDoublings)), x(axis.share(bin.upperDoublings)))
      // The rarest latency is the one looked for: it stays visible.
      let height = max(1.5, Double(bin.count) / most * (plot.bottom - plot.top))
      picture.line(
        "<rect x=\"\(SVGLines.number(x + 0.5))\" y=\"\(SVGLines.number(plot.bottom - height))\" "
          + "width=\"\(SVGLines.number(max(1, end - x - 1)))\" height=\"\(SVGLines.number(height))\" "
          + "fill=\"\(barColor)\" fill-opacity=\"0.8\">"
          + "<title>\(bin.count.grouped) up to \(bin.upperBound)</title></rect>")
    }
  }

  private static func writePercentiles(
    _ series: LatencySeries, _ axis: LatencyAxis, _ theme: Theme, _ picture: inout SVGLines
  ) {
    let marks = series.marks
    // Labels that would touch go to another row; there is one for each.
    var rowEnds = [Double](repeating: -.infinity, count: marks.count)
    var labels: [(words: String, left: Double, width: Double, y: Double)] = []
    for (name, duration) in marks {
      let words = "\(name) \(duration)"
      let width = Double(words.count) * 7.2
      let x = x(axis.share(duration))
      let left = min(max(plot.left, x - width / 2), plot.right - width)
      let row = rowEnds.firstIndex { $0 + 8 < left } ?? 0
      rowEnds[row] = left + width
      let y = plot.top - 8 - Double(row) * 14
      labels.append((words, left, width, y))
      picture.stroke(x, y + 3, x, plot.bottom, color: theme.ink, attributes: " stroke-dasharray=\"3 3\"")
    }
    // Above all lines, each in a halo of the ground.
    for (words, left, width, y) in labels {
      picture.words(
        words, x: left + width / 2, y: y, color: theme.ink, anchor: "middle",
        attributes: " paint-order=\"stroke\" stroke=\"\(theme.background)\" stroke-width=\"4\"")
    }
  }

  /// Points on the axis, and in two columns below it which traces they are.
  private static func writeExemplars(
    _ series: LatencySeries, _ axis: LatencyAxis, _ theme: Theme, _ picture: inout SVGLines
  ) {
    for (number, exemplar) in series.exemplars.prefix(exemplarsMax).enumerated() {
      let mark = VisibleText(exemplar.mark, graphemes: 8).text
      let words = "\(mark)  \(exemplar.duration)  trace \(exemplar.traceID)"
      picture.line(
        "<circle cx=\"\(SVGLines.number(x(axis.share(exemplar.duration))))\" cy=\"\(SVGLines.number(plot.bottom))\" "
          + "r=\"3.5\" fill=\"\(theme.background)\" stroke=\"\(theme.ink)\" stroke-width=\"1.5\">"
          + "<title>\(XMLText.escaped(words))</title></circle>")
      picture.words(
        words, x: number % 2 == 0 ? plot.left : (plot.left + plot.right) / 2 + 8,
        y: plot.bottom + 42 + Double(number / 2) * exemplarHeight, color: theme.quietInk,
        attributes: " xml:space=\"preserve\" font-size=\"11\"")
    }
  }
}

extension LatencySeries {
  /// The percentiles with their names, those that are the same together: `p99–p100`.
  fileprivate var marks: [(name: String, duration: Duration)] {
    var marks: [(first: String, last: String, duration: Duration)] = []
    for (name, duration) in percentiles {
      if let last = marks.last, last.duration.description == duration.description {
        marks[marks.count - 1] = (last.first, name, duration)
      } else {
        marks.append((name, name, duration))
      }
    }
    return marks.map { ($0.first == $0.last ? $0.first : "\($0.first)–\($0.last)", $0.duration) }
  }
}
