/// One service with what was seen of it in a window.
package struct ServiceSummary: Hashable, Sendable {
  package var name: String
  package var namespace: String?
  /// All spans the service sent.
  package var spans: UInt64
  /// How the requests it served ended; their sum is `latency.count`.
  package var outcomes: OutcomeCounts
  /// The earliest start and the latest end of its spans.
  package var first: Timestamp
  package var last: Timestamp
  /// Of the requests it served.
  package var latency: LatencySummary
  /// Whether some of the requests were sampled: then the outcomes and the latency's count are estimates.
  package var isEstimated: Bool

  package init(
    name: String, namespace: String? = nil, spans: UInt64, outcomes: OutcomeCounts, first: Timestamp, last: Timestamp,
    latency: LatencySummary, isEstimated: Bool = false
  ) {
    self.name = name
    self.namespace = namespace
    self.spans = spans
    self.outcomes = outcomes
    self.first = first
    self.last = last
    self.latency = latency
    self.isEstimated = isEstimated
  }
}
