import TraceLinking
import TraceModel

/// Joins the spans of all segments that a window touches at once, for what no footer tells. Bounded as a `CallGraph` is:
/// past `LinkingLimits.pairableSpansMax` spans count for their services alone, and the answer is marked partial.
struct SpanJoin {
  private let source: any SegmentSource
  private let isAbandoned: @Sendable () -> Bool
  private let limits = LinkingLimits()

  init(_ source: any SegmentSource, _ isAbandoned: @escaping @Sendable () -> Bool) {
    self.source = source
    self.isAbandoned = isAbandoned
  }

  /// - Parameters:
  ///   - outcome: what ended otherwise is left out; nil for everything.
  ///   - isByMinute: whether the answer tells minutes apart.
  func aggregates(
    _ window: TimeWindow, _ outcome: Outcome?, isByMinute: Bool = false
  ) throws(QueryError) -> SegmentSum.Result {
    var graph = CallGraph(limits: limits, outcome: outcome, isByMinute: isByMinute)
    var result = SegmentSum.Result()
    var spanCount = 0
    for segment in source.segments where window.overlaps(segment.earliestEnd, segment.latestEnd) {
      if isAbandoned() { throw .abandoned }
      do {
        guard let spans = try source.foldable(segment.number) else {
          result.missingBlocks += segment.blockCount
          continue
        }
        try spans.forEachBlock { block in
          if isAbandoned() { throw QueryError.abandoned }
          if spanCount >= limits.pairableSpansMax { result.missingBlocks += 1 }
          spanCount += block.batch.count
          try graph.add(block.batch) { row in
            let part = window.part(of: block.batch, row: row, receivedAt: block.receivedAt)
            guard isByMinute, case .counted = part else { return part }
            return .countedIn(minuteOf: block.batch.ends[row])
          }
        }
      } catch {
        if isAbandoned() { throw .abandoned }
        result.missingBlocks += segment.blockCount
      }
    }
    result.aggregates = graph.join()
    return result
  }
}
