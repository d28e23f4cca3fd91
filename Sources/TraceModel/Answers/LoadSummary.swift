/// What became of the traffic that `spoor load` sent.
package struct LoadSummary: Hashable, Sendable {
  package var destination: String
  package var seed: UInt64
  /// From the first request to the last answer.
  package var duration = Duration.zero
  package var requests = 0
  /// As sent, before compression.
  package var bytes: UInt64 = 0
  package var spans = 0
  package var accepted = 0
  /// By the collector, for what they are. No retry would help.
  package var rejected = 0
  /// Sent, and not answered at all or not even after retries.
  package var failed = 0
  /// Sent over a transport that has no answers.
  package var unacknowledged = 0
  /// Spans by what the collector, or the connection, said.
  package var problems: [String: Int] = [:]
  /// Of a request, from its beginning to its answer, retries included.
  package var latency = LatencyHistogram()

  package init(destination: String, seed: UInt64) {
    self.destination = destination
    self.seed = seed
  }

  package var spansPerSecond: Double {
    duration == .zero ? 0 : Double(spans) / (Double(duration.nanoseconds) / 1e9)
  }
}
