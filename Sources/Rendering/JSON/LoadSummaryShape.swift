import TraceModel

/// What `spoor load --format json` prints.
struct LoadSummaryShape: Encodable {
  var destination: String
  var seed: UInt64
  var durationNS: UInt64
  var requests: Int
  var bytes: UInt64
  var spans: Int
  var spansPerSecond: Double
  var accepted: Int
  var rejected: Int
  var failed: Int
  var unacknowledged: Int
  var problems: [String: Int]
  var latency: LatencyShape

  enum CodingKeys: String, CodingKey {
    case destination, seed
    case durationNS = "duration_ns"
    case requests, bytes, spans
    case spansPerSecond = "spans_per_second"
    case accepted, rejected, failed, unacknowledged, problems, latency
  }

  init(_ summary: LoadSummary) {
    destination = summary.destination
    seed = summary.seed
    durationNS = summary.duration.nanoseconds
    requests = summary.requests
    bytes = summary.bytes
    spans = summary.spans
    spansPerSecond = (summary.spansPerSecond * 10).rounded() / 10
    accepted = summary.accepted
    rejected = summary.rejected
    failed = summary.failed
    unacknowledged = summary.unacknowledged
    problems = summary.problems
    latency = LatencyShape(LatencySummary(summary.latency))
  }
}

extension AnswerJSON {
  package static func encode(_ summary: LoadSummary) -> [UInt8] { bytes(of: LoadSummaryShape(summary)) }
}
