import TraceModel

/// A block of spans as a snapshot knows it, before it is read.
package struct StoredBlock: Equatable, Sendable {
  package let spanCount: Int
  package let receivedAt: Timestamp
  /// Of the block's spans, impossible times included.
  package let earliestEnd: Timestamp
  package let latestEnd: Timestamp
  let location: Location

  enum Location: Equatable {
    case block(slot: UInt32, segment: UInt64, offset: UInt64)
    /// Stands for all blocks of a segment that has been overwritten since the snapshot was taken.
    case overwritten
    /// Stands for all blocks of a segment that cannot be read.
    case unreadable(RingError)
  }

  init(_ block: BlockDescriptor, slot: UInt32, segment: UInt64) {
    spanCount = block.spanCount
    receivedAt = block.receivedAt
    earliestEnd = block.earliestEnd
    latestEnd = block.latestEnd
    location = .block(slot: slot, segment: segment, offset: block.offset)
  }

  /// Stands for the whole of `segment`, which must have spans.
  init?(_ segment: Segment, _ location: Location) {
    guard let times = segment.summary.times else { return nil }
    spanCount = Int(clamping: segment.summary.spanCount)
    receivedAt = times.newestArrival
    earliestEnd = times.earliestEnd
    latestEnd = times.latestEnd
    self.location = location
  }
}
