import TraceModel

/// A segment whose blocks are looked at while it is folded.
final class WatchedSegment: FoldableSegment {
  private let segment: any FoldableSegment
  private(set) var watch = ExemplarWatch()

  init(_ segment: any FoldableSegment) {
    self.segment = segment
  }

  var number: UInt64 { segment.number }
  var spanCount: Int { segment.spanCount }
  var aggregateByteCountMax: Int { segment.aggregateByteCountMax }

  func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws {
    try segment.forEachBlock { block in
      watch.look(at: block)
      try body(block)
    }
  }

  func mayHaveEarlierSpans(of traceID: TraceID) throws -> Bool { try segment.mayHaveEarlierSpans(of: traceID) }
  func hasEarlierUnresolved(_ traceID: TraceID) -> Bool { segment.hasEarlierUnresolved(traceID) }
  func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock] { try segment.earlierBlocks(of: traceID) }
}
