import TraceModel

/// One slot.
struct SlotShape: Encodable {
  var slot: UInt32
  var state: String
  var segment: UInt64?
  var spans: UInt64?
  var blocks: Int?
  var bytesUsed: UInt64?
  var bytesPerSpan: Double?
  var oldestArrival: TimeShape?
  var newestArrival: TimeShape?
  var earliestEnd: TimeShape?
  var latestEnd: TimeShape?
  var incarnation: UInt32?

  enum CodingKeys: String, CodingKey {
    case slot, state, segment, spans, blocks
    case bytesUsed = "bytes_used"
    case bytesPerSpan = "bytes_per_span"
    case oldestArrival = "oldest_arrival"
    case newestArrival = "newest_arrival"
    case earliestEnd = "earliest_end"
    case latestEnd = "latest_end"
    case incarnation
  }

  init(_ facts: SlotFacts) {
    slot = facts.slot
    state = facts.state.rawValue
    guard let segment = facts.segment else { return }
    self.segment = segment
    spans = facts.spanCount
    blocks = facts.blockCount
    bytesUsed = facts.usedByteCount
    bytesPerSpan = facts.bytesASpan.map(Self.twoDecimals)
    oldestArrival = facts.oldestArrival.map { TimeShape($0) }
    newestArrival = facts.newestArrival.map { TimeShape($0) }
    earliestEnd = facts.earliestEnd.map { TimeShape($0) }
    latestEnd = facts.latestEnd.map { TimeShape($0) }
    incarnation = facts.incarnation
  }

  static func twoDecimals(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
