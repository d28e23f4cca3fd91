import TraceLinking
import TraceModel

extension PromQLSelector {
  /// Whether it may mean figures of spans by their names, which cost most.
  var mayMeanSpans: Bool { TraceMetricFamily.allCases.contains { $0.isOfSpans && mayMean($0) } }

  /// Whether it may mean anything else.
  var mayMeanEdges: Bool { TraceMetricFamily.allCases.contains { !$0.isOfSpans && mayMean($0) } }

  private func mayMean(_ family: TraceMetricFamily) -> Bool {
    family.seriesNames.contains { mayInclude(name: $0) }
  }

  /// Whether a span's series may be meant.
  func mayMean(_ key: TraceMetrics.SpanKey) -> Bool {
    mayInclude(MetricLabels(key), but: [MetricLabels.metricName, TraceMetricFamily.boundLabel])
  }

  /// The series that are meant, with what was counted.
  func series(in metrics: TraceMetrics) -> [MetricLabels: PromQLSample.Value] {
    var series: [MetricLabels: PromQLSample.Value] = [:]
    for family in TraceMetricFamily.allCases where mayMean(family) {
      for (labels, figure) in family.figures(in: metrics)
      where mayInclude(labels, but: [MetricLabels.metricName, TraceMetricFamily.boundLabel]) {
        for (labels, value) in family.series(labels, figure, names: { mayInclude(name: $0) }) where includes(labels) {
          series[labels] = value
        }
      }
    }
    return series
  }
}

extension TraceMetricFamily {
  /// The label of a classic bucket's bound.
  static let boundLabel = "le"

  /// What its series are called: a histogram's native one as the family, beside its classic ones.
  package var seriesNames: [String] {
    kind == .histogram ? [name, "\(name)_bucket", "\(name)_sum", "\(name)_count"] : [name]
  }

  static let gaugeNames = Set(allCases.filter { $0.kind == .gauge }.map(\.name))

  /// - Parameter names: which of the series are wanted.
  fileprivate func series(
    _ labels: MetricLabels, _ figure: Figure, names: (String) -> Bool
  ) -> [(MetricLabels, PromQLSample.Value)] {
    func named(_ name: String) -> MetricLabels { labels.with(MetricLabels.metricName, name) }
    switch figure {
    case .count(let count): return [(named(name), .float(Double(count)))]
    case .histogram(let latency):
      var series: [(MetricLabels, PromQLSample.Value)] = []
      if names(name) { series.append((named(name), .histogram(MetricHistogram(latency)))) }
      if names("\(name)_bucket") {
        let own = named("\(name)_bucket")
        for (bound, count) in zip(bounds, latency.counts(upTo: bounds)) {
          series.append((own.with(Self.boundLabel, "\(bound)"), .float(Double(count))))
        }
        series.append((own.with(Self.boundLabel, "+Inf"), .float(Double(latency.count))))
      }
      if names("\(name)_sum") { series.append((named("\(name)_sum"), .float(Double(latency.sumNanoseconds) / 1e9))) }
      if names("\(name)_count") { series.append((named("\(name)_count"), .float(Double(latency.count)))) }
      return series
    }
  }
}
