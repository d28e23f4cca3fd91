import TraceModel

/// The segments of a ring as a question about a window sees them: what is stored of each, and its spans.
package protocol SegmentSource: Sendable {
  /// Those retained that hold spans, oldest first. The one being written is the last.
  var segments: [SourceSegment] { get }

  /// What is stored of a segment's figures; nil if there is nothing that can be read.
  func aggregates(of segment: UInt64, _ parts: AggregateParts) throws -> SegmentAggregates?

  /// The segment's spans; nil if it has been overwritten. Blocks that cannot be read are left out.
  func foldable(_ segment: UInt64) throws -> (any FoldableSegment)?
}

/// One segment of a `SegmentSource`.
package struct SourceSegment: Sendable {
  package var number: UInt64
  package var blockCount: Int
  /// Of its spans, impossible times included.
  package var earliestEnd: Timestamp
  package var latestEnd: Timestamp
  /// Whether its figures have been stored.
  package var hasAggregates: Bool

  package init(
    number: UInt64, blockCount: Int, earliestEnd: Timestamp, latestEnd: Timestamp, hasAggregates: Bool
  ) {
    self.number = number
    self.blockCount = blockCount
    self.earliestEnd = earliestEnd
    self.latestEnd = latestEnd
    self.hasAggregates = hasAggregates
  }
}
