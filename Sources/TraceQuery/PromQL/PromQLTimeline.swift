import TraceLinking
import TraceModel

/// What a selector found over time: counts by column, so that what lies in a range is a difference of two sums.
struct PromQLTimeline: PromQLInput {
  private struct Series: Sendable {
    var labels: MetricLabels
    /// What was counted before the first column; nil for nothing.
    var base: PromQLSample.Value?
    /// Sums up to the start of each column, and in how many the series was there; empty for histograms.
    var sums: [Double] = []
    var presence: [Int32] = []
    /// By column.
    var histograms: [Int: MetricHistogram] = [:]
    var isGauge = false
  }

  private let series: [Series]
  private let selector: PromQLSelector
  private let columns: LatencyHeatMap.Columns
  private let steps: PromQLSteps
  /// Of the range, in columns; at least one.
  private let width: Int
  let seconds: Double

  /// - Parameters:
  ///   - base: what was counted before the columns, for a selector without a range.
  ///   - counts: by series and column.
  init(
    _ selector: PromQLSelector, _ columns: LatencyHeatMap.Columns, _ steps: PromQLSteps,
    base: [MetricLabels: PromQLSample.Value], _ counts: [MetricLabels: PromQLColumns]
  ) {
    (self.selector, self.columns, self.steps) = (selector, columns, steps)
    let range = Double(selector.range ?? 0) / Double(columns.step.nanoseconds)
    width = range < 1 ? 1 : Int(min(range.rounded(), 1e9))
    seconds = selector.range == nil ? 0 : Double(width) * Double(columns.step.nanoseconds) / 1e9
    series = Set(base.keys).union(counts.keys).sorted().map { labels in
      var one = Series(labels: labels, base: base[labels])
      one.isGauge = TraceMetricFamily.gaugeNames.contains(labels[MetricLabels.metricName])
      guard let counts = counts[labels] else { return one }
      one.histograms = counts.histograms
      if counts.floats.isEmpty { return one }
      one.sums.reserveCapacity(counts.floats.count + 1)
      var (sum, times) = (0.0, Int32(0))
      for count in counts.floats {
        one.sums.append(sum)
        one.presence.append(times)
        if !count.isNaN {
          sum += count
          times += 1
        }
      }
      one.sums.append(sum)
      one.presence.append(times)
      return one
    }
  }

  func samples(at step: Int) -> [PromQLSample] {
    // Only columns that have ended count.
    let end = Int128(steps.moment(step).unixNanoseconds) - Int128(selector.offset)
    let distance = end - Int128(columns.from.unixNanoseconds)
    let length = Int128(columns.step.nanoseconds)
    let ended = distance >= 0 ? distance / length : -((-distance + length - 1) / length)
    let high = Int(max(0, min(Int128(columns.count), ended)))
    let first = selector.range == nil ? 0 : ended - Int128(width)
    let low = Int(max(0, min(Int128(high), first)))
    return series.compactMap { one in
      value(of: one, low..<high).map { PromQLSample(one.labels, $0) }
    }
  }

  /// Nil if the series was not there.
  private func value(of series: Series, _ range: Range<Int>) -> PromQLSample.Value? {
    if !series.histograms.isEmpty || isHistogram(series.base) {
      var sum = MetricHistogram()
      var isThere = false
      if case .histogram(let base) = series.base { (sum, isThere) = (base, true) }
      for column in range {
        guard let more = series.histograms[column] else { continue }
        sum += more
        isThere = true
      }
      return isThere ? .histogram(sum) : nil
    }
    var base: Double?
    if case .float(let float) = series.base { base = float }
    guard !series.sums.isEmpty else { return base.map { .float($0) } }
    let isThere = base != nil || series.presence[range.upperBound] > series.presence[range.lowerBound]
    guard isThere else { return nil }
    if series.isGauge { return .float(1) }
    return .float((base ?? 0) + series.sums[range.upperBound] - series.sums[range.lowerBound])
  }

  private func isHistogram(_ value: PromQLSample.Value?) -> Bool {
    if case .histogram = value { true } else { false }
  }
}

/// What was counted of one series, by column.
struct PromQLColumns {
  /// NaN where the series was not there; empty for histograms.
  var floats: [Double] = []
  var histograms: [Int: MetricHistogram] = [:]
}
