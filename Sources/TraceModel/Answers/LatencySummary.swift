/// A latency histogram in the figures people ask for. Quantiles are within 1.09 %; minimum and maximum are exact
/// unless something was subtracted, then within 2.2 %.
package struct LatencySummary: Hashable, Sendable {
  package var count: UInt64
  package var min: Duration
  package var mean: Duration
  package var p50: Duration
  package var p90: Duration
  package var p95: Duration
  package var p99: Duration
  package var p999: Duration
  package var max: Duration

  package init(
    count: UInt64 = 0, min: Duration = .zero, mean: Duration = .zero, p50: Duration = .zero, p90: Duration = .zero,
    p95: Duration = .zero, p99: Duration = .zero, p999: Duration = .zero, max: Duration = .zero
  ) {
    self.count = count
    self.min = min
    self.mean = mean
    self.p50 = p50
    self.p90 = p90
    self.p95 = p95
    self.p99 = p99
    self.p999 = p999
    self.max = max
  }

  package init(_ histogram: LatencyHistogram) {
    self.init(
      count: histogram.count, min: histogram.min ?? .zero, mean: histogram.mean, p50: histogram.quantile(0.5),
      p90: histogram.quantile(0.9), p95: histogram.quantile(0.95), p99: histogram.quantile(0.99),
      p999: histogram.quantile(0.999), max: histogram.max ?? .zero)
  }
}
