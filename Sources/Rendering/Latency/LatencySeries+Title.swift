import TraceModel

extension LatencySeries {
  /// Whose latencies these are, as visible text: `web → cart`, `cart · GET /cart · server · fault`, `cart`.
  var title: String {
    func shortened(_ name: String) -> String { VisibleText(name, graphemes: Limits.seriesNameGraphemes).text }
    let pair = edge.map { "\(shortened($0.caller)) → \(shortened($0.callee))" }
    let subject = [pair, service.map(shortened), spanName.map(shortened)].compactMap { $0 }
    let parts = [kind?.description, outcome?.description].compactMap { $0 }
    return ((subject.isEmpty ? ["all spans"] : subject) + parts).joined(separator: " · ")
  }

  /// How many there were: `12 calls`, or `≈12 calls, estimated from samples`.
  var countText: String {
    let count = latency.count.grouped("call")
    return isEstimated ? "≈\(count), estimated from samples" : count
  }

  /// The percentiles that a person is shown, with their names.
  var percentiles: [(name: String, duration: Duration)] { latency.percentiles }
}

extension LatencySummary {
  var percentiles: [(name: String, duration: Duration)] {
    [("p50", p50), ("p90", p90), ("p95", p95), ("p99", p99), ("p99.9", p999), ("p100", max)]
  }
}

extension LatencyHistogram {
  /// What is said below percentiles.
  static func errorBoundNote(_ series: some Sequence<LatencySeries>) -> String {
    "percentiles within 1.09 %; " + (series.contains { $0.isEstimated } ? "p100 exact" : "counts and p100 exact")
  }
}
