/// A ring and its slots, in the order of their numbers.
package struct RingListing: Hashable, Sendable {
  package var ring: RingFacts
  package var slots: [SlotFacts]

  package init(ring: RingFacts, slots: [SlotFacts]) {
    self.ring = ring
    self.slots = slots
  }

  package var spanCount: UInt64 { slots.reduce(0) { $0 + $1.spanCount } }
  package var blockCount: Int { slots.reduce(0) { $0 + $1.blockCount } }
  package var usedByteCount: UInt64 { slots.reduce(0) { $0 + $1.usedByteCount } }
  package var oldestArrival: Timestamp? { slots.compactMap(\.oldestArrival).min() }
  package var newestArrival: Timestamp? { slots.compactMap(\.newestArrival).max() }

  /// Bytes a span over all slots; nil without spans.
  package var bytesASpan: Double? { spanCount == 0 ? nil : Double(usedByteCount) / Double(spanCount) }
}
