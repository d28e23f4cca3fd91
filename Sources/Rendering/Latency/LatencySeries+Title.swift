import TraceModel

extension LatencySeries {
  /// Whose latencies these are, as visible text: `web → cart`, `cart GET /cart`, `cart`.
  var title: String {
    func shortened(_ name: String) -> String { VisibleText(name, graphemes: Limits.seriesNameGraphemes).text }
    let subject = [service, spanName].compactMap { $0 }.map(shortened).joined(separator: " · ")
    let pair = edge.map { "\(shortened($0.caller)) → \(shortened($0.callee))" }
    let title = [pair, subject.isEmpty ? nil : subject].compactMap { $0 }.joined(separator: " · ")
    return title.isEmpty ? "all spans" : title
  }

  /// The percentiles that a person is shown, with their names.
  var percentiles: [(name: String, duration: Duration)] {
    [("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("p100", latency.max)]
  }
}
