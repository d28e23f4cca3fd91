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
  static var errorBoundNote: String { "percentiles within 1.09 %; counts and p100 exact" }
}
