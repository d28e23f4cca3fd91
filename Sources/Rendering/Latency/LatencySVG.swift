import Glibc
import TraceModel

/// Latency histograms as one picture that stands on its own: a panel a series, the durations on a logarithmic axis, p50,
/// p90, p99 and p100 marked, each bar's exact range and count in its tooltip.
///
/// Nothing is fetched and nothing runs in it. Equal series are equal text.
package struct LatencySVG: Sendable {
  package private(set) var text = ""

  private let theme: Theme

  /// Pixels.
  static let width = 820.0
  static let panelHeight = 268.0
  private static let plot = (left: 64.0, right: 796.0, top: 112.0, bottom: 228.0)
  /// Okabe and Ito's blue: latencies are neither good nor bad.
  private static let barColor = "#0072b2"

  package init(_ series: [LatencySeries], theme: Theme = .light) {
    self.theme = theme
    let shown = series.prefix(Limits.histogramPanels)
    let noteHeight = series.count == shown.count && !series.isEmpty ? 0.0 : 40.0
    let height = Self.panelHeight * Double(shown.count) + noteHeight + 12
    let size = "\(Self.number(Self.width)) \(Self.number(height))"
    line(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(Self.number(Self.width))\" "
        + "height=\"\(Self.number(height))\" font-family=\"\(DOTText.fonts)\" font-size=\"12\" role=\"img\">")
    line("<title>Latency histograms</title>")
    line("<rect width=\"100%\" height=\"100%\" fill=\"\(theme.background)\"/>")
    for (number, one) in shown.enumerated() {
      line("<g transform=\"translate(0,\(Self.number(Double(number) * Self.panelHeight)))\">")
      writePanel(one)
      line("</g>")
    }
    if noteHeight > 0 {
      let note = series.isEmpty ? "Nothing was measured." : "and \(series.count - shown.count) more series"
      writeText(note, x: 24, y: height - 20, color: theme.quietInk)
    }
    line("</svg>")
  }

  private mutating func line(_ line: String) {
    text += line
    text += "\n"
  }

  private mutating func writeText(
    _ words: String, x: Double, y: Double, color: String, anchor: String = "start", attributes: String = ""
  ) {
    line(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" fill=\"\(color)\" text-anchor=\"\(anchor)\"\(attributes)>"
        + "\(XMLText.escaped(words))</text>")
  }

  /// With at most one decimal.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0
      ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}

// MARK: - A panel

extension LatencySVG {
  private mutating func writePanel(_ series: LatencySeries) {
    writeText(series.title, x: 24, y: 38, color: theme.ink, attributes: " font-size=\"16\" font-weight=\"bold\"")
    guard series.latency.count > 0 else {
      writeText("nothing was measured", x: 24, y: 58, color: theme.quietInk)
      return
    }
    let bars = LatencyBins(series.buckets)
    var figures = series.latency.count.grouped("call") + " · mean \(series.latency.mean)"
    if bars.zeroCount > 0 { figures += " · \(bars.zeroCount.grouped) of no duration" }
    writeText(figures, x: 24, y: 58, color: theme.quietInk)
    let axis = Axis(bars, series.percentiles.map(\.duration))
    writeGrid(axis, most: bars.bins.map(\.count).max() ?? 0)
    writeBars(bars, axis)
    writePercentiles(series, axis)
  }

  /// Durations to pixels, by their logarithm to base 2.
  private struct Axis {
    let first: Double
    let last: Double

    init(_ bars: LatencyBins, _ marks: [Duration]) {
      let ends = bars.bins.flatMap { [$0.lowerDoublings, $0.upperDoublings] } + marks.map(Self.doublings)
      let (least, most) = (ends.min() ?? 0, ends.max() ?? 0)
      // One latency alone still gets an axis to stand on.
      let padding = max(0.1, (2 - (most - least)) / 2)
      first = max(0, least - padding)
      last = most + padding
    }

    static func doublings(_ duration: Duration) -> Double { log2(Double(max(1, duration.nanoseconds))) }

    func x(_ doublings: Double) -> Double {
      let share = (doublings - first) / (last - first)
      return LatencySVG.plot.left + min(1, max(0, share)) * (LatencySVG.plot.right - LatencySVG.plot.left)
    }

    /// Round durations inside the axis: powers of ten, with 2 and 5 between where there is room.
    var ticks: [Duration] {
      let decades = (last - first) / log2(10)
      let parts: [UInt64] = decades > 6 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5]
      var ticks: [Duration] = []
      var decade: UInt64 = 1
      while true {
        for part in parts {
          let (tick, overflow) = decade.multipliedReportingOverflow(by: part)
          let position = Self.doublings(Duration(nanoseconds: tick))
          if overflow || position > last { return ticks }
          if position >= first { ticks.append(Duration(nanoseconds: tick)) }
        }
        let (next, overflow) = decade.multipliedReportingOverflow(by: 10)
        if overflow { return ticks }
        decade = next
      }
    }
  }

  private mutating func writeGrid(_ axis: Axis, most: UInt64) {
    let plot = Self.plot
    for tick in axis.ticks {
      let x = axis.x(Axis.doublings(tick))
      writeLine(x, plot.top, x, plot.bottom, color: theme.rule)
      writeText(tick.description, x: x, y: plot.bottom + 18, color: theme.quietInk, anchor: "middle")
    }
    for count in most > 1 ? [most / 2, most] : [most] {
      let y = plot.bottom - (plot.bottom - plot.top) * Double(count) / Double(max(1, most))
      writeLine(plot.left, y, plot.right, y, color: theme.rule)
      writeText(count.short, x: plot.left - 8, y: y + 4, color: theme.quietInk, anchor: "end")
    }
    writeLine(plot.left, plot.bottom, plot.right, plot.bottom, color: theme.quietInk)
  }

  private mutating func writeLine(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, attributes: String = ""
  ) {
    line(
      "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\" "
        + "stroke=\"\(color)\"\(attributes)/>")
  }

  private mutating func writeBars(_ bars: LatencyBins, _ axis: Axis) {
    let most = Double(bars.bins.map(\.count).max() ?? 1)
    for bin in bars.bins {
      let (x, end) = (axis.x(bin.lowerDoublings), axis.x(bin.upperDoublings))
      // The rarest latency is the one looked for: it stays visible.
      let height = max(1.5, Double(bin.count) / most * (Self.plot.bottom - Self.plot.top))
      line(
        "<rect x=\"\(Self.number(x + 0.5))\" y=\"\(Self.number(Self.plot.bottom - height))\" "
          + "width=\"\(Self.number(max(1, end - x - 1)))\" height=\"\(Self.number(height))\" fill=\"\(Self.barColor)\" "
          + "fill-opacity=\"0.8\"><title>\(bin.count.grouped) up to \(bin.upperBound)</title></rect>")
    }
  }

  private mutating func writePercentiles(_ series: LatencySeries, _ axis: Axis) {
    // Labels that would touch go to another row; there is one for each.
    var rowEnds = [Double](repeating: -.infinity, count: series.percentiles.count)
    var labels: [(words: String, left: Double, width: Double, y: Double)] = []
    for (name, duration) in series.percentiles {
      let words = "\(name) \(duration)"
      let width = Double(words.count) * 7.2
      let x = axis.x(Axis.doublings(duration))
      let left = min(max(Self.plot.left, x - width / 2), Self.plot.right - width)
      let row = rowEnds.firstIndex { $0 + 8 < left } ?? 0
      rowEnds[row] = left + width
      let y = Self.plot.top - 8 - Double(row) * 14
      labels.append((words, left, width, y))
      writeLine(x, y + 3, x, Self.plot.bottom, color: theme.ink, attributes: " stroke-dasharray=\"3 3\"")
    }
    // Above all lines, each in a halo of the ground.
    for (words, left, width, y) in labels {
      writeText(
        words, x: left + width / 2, y: y, color: theme.ink, anchor: "middle",
        attributes: " paint-order=\"stroke\" stroke=\"\(theme.background)\" stroke-width=\"4\"")
    }
  }
}
