import TraceModel

/// A ring and its slots.
struct RingListingShape: Encodable {
  var ring: RingShape
  var slots: [SlotShape]
  var totals: Totals

  struct Totals: Encodable {
    var spans: UInt64
    var blocks: Int
    var bytesUsed: UInt64
    var bytesPerSpan: Double?
    var oldestArrival: TimeShape?
    var newestArrival: TimeShape?

    enum CodingKeys: String, CodingKey {
      case spans, blocks
      case bytesUsed = "bytes_used"
      case bytesPerSpan = "bytes_per_span"
      case oldestArrival = "oldest_arrival"
      case newestArrival = "newest_arrival"
    }
  }

  init(_ listing: RingListing) {
    ring = RingShape(listing.ring)
    slots = listing.slots.map { SlotShape($0) }
    totals = Totals(
      spans: listing.spanCount, blocks: listing.blockCount, bytesUsed: listing.usedByteCount,
      bytesPerSpan: listing.bytesASpan.map(SlotShape.twoDecimals),
      oldestArrival: listing.oldestArrival.map { TimeShape($0) },
      newestArrival: listing.newestArrival.map { TimeShape($0) })
  }
}
