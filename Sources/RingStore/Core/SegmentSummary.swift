import TraceModel

/// What is known of a segment without reading it.
struct SegmentSummary: Equatable, Sendable {
  var spanCount: UInt64 = 0
  /// Blocks of spans; notes are not counted.
  var blockCount: UInt32 = 0
  /// The number of the first block; 0 while there is none.
  var firstSequence: UInt64 = 0
  /// Nothing while the segment holds no spans.
  var times: Times?

  struct Times: Equatable, Sendable {
    /// Of the first and of the last block, in the order of writing.
    var oldestArrival: Timestamp
    var newestArrival: Timestamp
    var earliestEnd: Timestamp
    var latestEnd: Timestamp
  }

  mutating func add(_ block: BlockDescriptor) {
    spanCount += UInt64(block.spanCount)
    if blockCount == 0 { firstSequence = block.sequence }
    blockCount += 1
    var times =
      times
      ?? Times(
        oldestArrival: block.receivedAt, newestArrival: block.receivedAt, earliestEnd: block.earliestEnd,
        latestEnd: block.latestEnd)
    times.newestArrival = block.receivedAt
    times.earliestEnd = min(times.earliestEnd, block.earliestEnd)
    times.latestEnd = max(times.latestEnd, block.latestEnd)
    self.times = times
  }
}
