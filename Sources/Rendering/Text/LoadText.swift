import TraceModel

/// What became of made-up traffic, for people.
package enum LoadText {
  /// One line while it runs.
  package static func progress(_ summary: LoadSummary) -> String {
    let problems = summary.rejected + summary.failed
    return "\(summary.spans) spans, \(whole(summary.spansPerSecond)) a second"
      + (problems > 0 ? ", \(problems) not accepted" : "")
  }

  /// A few lines at the end.
  package static func render(_ summary: LoadSummary) -> String {
    var lines = [
      "sent \(summary.spans) spans in \(summary.requests) requests to \(summary.destination) in \(summary.duration): "
        + "\(whole(summary.spansPerSecond)) spans/s, \(whole(Double(summary.bytes) / Double(max(1, summary.spans)))) bytes a span"
    ]
    if summary.unacknowledged > 0 {
      lines.append("unacknowledged \(summary.unacknowledged): UDP has no answers")
    } else {
      lines.append("accepted \(summary.accepted), rejected \(summary.rejected), failed \(summary.failed)")
      let latency = LatencySummary(summary.latency)
      lines.append(
        "answered within  p50 \(latency.p50)  p90 \(latency.p90)  p99 \(latency.p99)  p99.9 \(latency.p999)  max "
          + "\(latency.max)")
    }
    for (problem, spans) in summary.problems.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(spans) spans: \(problem)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func whole(_ number: Double) -> String { "\(UInt64(number.rounded()))" }
}
