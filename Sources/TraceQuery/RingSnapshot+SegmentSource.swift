import RingStore
import TraceModel

extension RingSnapshot: SegmentSource {
  package var segments: [SourceSegment] {
    storedSegments.map { segment in
      SourceSegment(
        number: segment.number, blockCount: segment.blockCount, earliestEnd: segment.earliestEnd,
        latestEnd: segment.latestEnd, hasAggregates: segment.hasAggregates)
    }
  }
}
