import TraceModel

/// A segment as a snapshot knows it, before anything of it is read.
package struct StoredSegment: Equatable, Sendable {
  /// Rises from segment to segment.
  package let number: UInt64
  package let spanCount: UInt64
  package let blockCount: Int
  /// Of the segment's spans, impossible times included.
  package let earliestEnd: Timestamp
  package let latestEnd: Timestamp
  /// Whether its footer holds what a fold said of it. If not, it may be folded by whoever asks.
  package let hasAggregates: Bool
}

extension RingSnapshot {
  /// Retained segments that hold spans, oldest first.
  package var storedSegments: [StoredSegment] { state.segments.compactMap(StoredSegment.init) }

  /// What was folded when a segment was sealed, as far as it is asked for; nil if there is nothing, it cannot be trusted,
  /// or the segment has been overwritten meanwhile. Its `unresolved` are for folds alone.
  package func aggregates(of segment: UInt64, _ parts: AggregateParts) throws(RingError) -> SegmentAggregates? {
    guard let segment = state.closed.first(where: { $0.number == segment }),
      case .sealed(let footer, _) = segment.content, let totals = footer[.totals], let minutes = footer[.minutes],
      let corrections = footer[.corrections]
    else { return nil }
    do throws(RingError) {
      let reader = try reader(of: segment)
      func bytes(_ section: Section) throws(RingError) -> [UInt8] {
        try reader.footerSection(section, .aggregates, segment: segment.number)
      }
      var aggregates = SegmentAggregates()
      if parts.contains(.totals) { aggregates.totals = try bytes(totals) }
      if parts.contains(.minutes) { aggregates.minutes = try bytes(minutes) }
      if parts.contains(.corrections) {
        guard let corrections = Corrections(from: try bytes(corrections)) else { return nil }
        aggregates.corrections = corrections.bytes
      }
      return aggregates
    } catch {
      if case .damaged = error { return nil }
      guard error.isMissingFile else { throw error }
      return nil
    }
  }

  /// The segment as it is in this snapshot, to be folded.
  package func foldable(_ segment: UInt64) -> (any FoldableSegment)? {
    guard let found = state.segments.first(where: { $0.number == segment }) else { return nil }
    return SegmentUnderFold(found, in: self, aggregateByteCountMax: .max)
  }
}

extension StoredSegment {
  init?(_ segment: Segment) {
    guard let times = segment.summary.times else { return nil }
    number = segment.number
    spanCount = segment.summary.spanCount
    blockCount = Int(segment.summary.blockCount)
    earliestEnd = times.earliestEnd
    latestEnd = times.latestEnd
    hasAggregates =
      if case .sealed(let footer, _) = segment.content { footer[.totals] != nil } else { false }
  }
}
