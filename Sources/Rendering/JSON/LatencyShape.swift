import TraceModel

/// A latency summary: the "L" of the shapes.
struct LatencyShape: Codable {
  var count: UInt64
  var minNS: UInt64
  var meanNS: UInt64
  var p50NS: UInt64
  var p90NS: UInt64
  var p95NS: UInt64
  var p99NS: UInt64
  var p999NS: UInt64
  var maxNS: UInt64

  enum CodingKeys: String, CodingKey {
    case count
    case minNS = "min_ns"
    case meanNS = "mean_ns"
    case p50NS = "p50_ns"
    case p90NS = "p90_ns"
    case p95NS = "p95_ns"
    case p99NS = "p99_ns"
    case p999NS = "p999_ns"
    case maxNS = "max_ns"
  }

  init(_ latency: LatencySummary) {
    count = latency.count
    minNS = latency.min.nanoseconds
    meanNS = latency.mean.nanoseconds
    p50NS = latency.p50.nanoseconds
    p90NS = latency.p90.nanoseconds
    p95NS = latency.p95.nanoseconds
    p99NS = latency.p99.nanoseconds
    p999NS = latency.p999.nanoseconds
    maxNS = latency.max.nanoseconds
  }

  var summary: LatencySummary {
    LatencySummary(
      count: count, min: Duration(nanoseconds: minNS), mean: Duration(nanoseconds: meanNS),
      p50: Duration(nanoseconds: p50NS), p90: Duration(nanoseconds: p90NS), p95: Duration(nanoseconds: p95NS),
      p99: Duration(nanoseconds: p99NS), p999: Duration(nanoseconds: p999NS), max: Duration(nanoseconds: maxNS))
  }
}
