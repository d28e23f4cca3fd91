import TraceModel

/// What `GET /api/spoor/v1/status` answers: what the ring holds, and what became of everything received since the
/// collector started. Times are RFC 3339.
package struct StatusDocument: Codable, Sendable {
  package var spans: UInt64
  package var oldest_arrival: String?
  package var newest_arrival: String?
  package var earliest_end: String?
  package var latest_end: String?
  package var has_overwritten: Bool
  package var capacity_bytes: UInt64
  /// By name, as `CollectorCounters` gives them.
  package var counters: [String: UInt64]

  package init(_ retention: Retention, counters: [String: UInt64]) {
    spans = retention.spans
    oldest_arrival = retention.oldestArrival?.description
    newest_arrival = retention.newestArrival?.description
    earliest_end = retention.earliestEnd?.description
    latest_end = retention.latestEnd?.description
    has_overwritten = retention.hasOverwritten
    capacity_bytes = retention.capacityBytes
    self.counters = counters
  }
}
