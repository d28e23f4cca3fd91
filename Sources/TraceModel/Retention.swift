/// What the ring holds right now.
package struct Retention: Hashable, Sendable {
  package var spans: UInt64
  /// When the oldest block that is still held was received; nil for an empty ring.
  package var oldestArrival: Timestamp?
  package var newestArrival: Timestamp?
  /// The earliest and latest end of the spans held.
  package var earliestEnd: Timestamp?
  package var latestEnd: Timestamp?
  /// Whether older spans have been overwritten to make room.
  package var hasOverwritten: Bool
  package var capacityBytes: UInt64

  package init(
    spans: UInt64 = 0, oldestArrival: Timestamp? = nil, newestArrival: Timestamp? = nil,
    earliestEnd: Timestamp? = nil, latestEnd: Timestamp? = nil, hasOverwritten: Bool = false, capacityBytes: UInt64 = 0
  ) {
    self.spans = spans
    self.oldestArrival = oldestArrival
    self.newestArrival = newestArrival
    self.earliestEnd = earliestEnd
    self.latestEnd = latestEnd
    self.hasOverwritten = hasOverwritten
    self.capacityBytes = capacityBytes
  }
}
