import TraceModel

/// What the ring holds, as a value: what readers get and the core works on.
struct RingState: Equatable, Sendable {
  var superblock: Superblock
  /// Oldest first; no more blocks come to these.
  var closed: [Segment] = []
  /// The segment that takes new blocks, with the highest number.
  var head: Segment?
  /// What opening found damaged.
  var damage: [RingDamage] = []

  var segments: [Segment] { closed + (head.map { [$0] } ?? []) }

  /// How many of the oldest segments have to go so that a slot stays free ahead of the head.
  static func surplus(segmentCount: Int, slotCount: Int) -> Int {
    min(segmentCount, max(0, segmentCount + Limits.spareSlotCount - slotCount))
  }

  /// Keeps the filters within their budget, the newest segments' first.
  mutating func trimFilters() {
    var left = Limits.filterByteCountMax
    for position in closed.indices.reversed() {
      left -= closed[position].filterByteCount
      if left < 0 { closed[position].dropFilter() }
    }
  }

  /// For a process that asks a single question: it reads a page of a filter, not all of it.
  mutating func dropFilters() {
    for position in closed.indices { closed[position].dropFilter() }
  }

  var retention: Retention {
    var retention = Retention(capacityBytes: superblock.capacity)
    let segments = segments
    retention.hasOverwritten = (segments.first?.number ?? 1) > 1
    for segment in segments {
      retention.spans += segment.summary.spanCount
      guard let times = segment.summary.times else { continue }
      retention.oldestArrival = retention.oldestArrival ?? times.oldestArrival
      retention.newestArrival = times.newestArrival
      retention.earliestEnd = min(retention.earliestEnd ?? times.earliestEnd, times.earliestEnd)
      retention.latestEnd = max(retention.latestEnd ?? times.latestEnd, times.latestEnd)
    }
    return retention
  }
}
