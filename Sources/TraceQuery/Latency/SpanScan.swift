import TraceModel

/// Goes through the spans of a window without joining them.
struct SpanScan {
  private let source: any SegmentSource
  private let window: TimeWindow
  private let isAbandoned: @Sendable () -> Bool

  init(_ source: any SegmentSource, _ window: TimeWindow, _ isAbandoned: @escaping @Sendable () -> Bool) {
    self.source = source
    self.window = window
    self.isAbandoned = isAbandoned
  }

  struct Outcome {
    /// Of segments that could not be read.
    var missingBlocks = 0
    /// Whether `spansMax` was reached, or somebody had seen enough, before the end.
    var isCut = false
  }

  private struct Enough: Error {}

  /// - Parameters:
  ///   - spansMax: after so many spans no other block is read.
  ///   - body: gets the blocks, the newest segment first, with a test for rows whose span ended in the window; false ends
  ///     the scan. It is told when a segment begins, since duplicates in several are not looked for.
  func forEachBlock(
    spansMax: Int, _ body: (_ block: FoldableBlock, _ isFirst: Bool, _ isInside: (Int) -> Bool) -> Bool
  ) throws(QueryError) -> Outcome {
    var outcome = Outcome()
    var spanCount = 0
    for segment in source.segments.reversed() where window.overlaps(segment.earliestEnd, segment.latestEnd) {
      if isAbandoned() { throw .abandoned }
      do {
        guard let spans = try source.foldable(segment.number) else {
          outcome.missingBlocks += segment.blockCount
          continue
        }
        var isFirst = true
        try spans.forEachBlock { block in
          if isAbandoned() { throw QueryError.abandoned }
          if spanCount >= spansMax { throw Enough() }
          spanCount += block.batch.count
          let wantsMore = body(block, isFirst) { row in
            guard block.batch.hasSoundTimes(at: row, receivedAt: block.receivedAt) else { return window.isAll }
            return window.contains(block.batch.ends[row])
          }
          isFirst = false
          if !wantsMore { throw Enough() }
        }
      } catch is Enough {
        outcome.isCut = true
        return outcome
      } catch {
        if isAbandoned() { throw .abandoned }
        outcome.missingBlocks += segment.blockCount
      }
    }
    return outcome
  }
}
