import TraceLinking
import TraceModel

/// A ring without disk: segments of blocks, each folded when the next begins, the oldest of them overwritten.
struct MemoryRing {
  struct Segment {
    var number: UInt64
    var blocks: [FoldableBlock]
    var aggregates = SegmentAggregates()

    func holds(_ traceID: TraceID) -> Bool { blocks.contains { $0.batch.traceIDs.contains(traceID) } }
  }

  private let fold: ServiceMapFold
  private let byteCountMax: Int
  /// Whether folds are told of every trace that earlier segments hold, not only of those that lacked a parent.
  private let isAllKnowing: Bool
  private(set) var segments: [Segment] = []

  init(_ fold: ServiceMapFold = ServiceMapFold(), byteCountMax: Int = 1 << 20, isAllKnowing: Bool = false) {
    self.fold = fold
    self.byteCountMax = byteCountMax
    self.isAllKnowing = isAllKnowing
  }

  mutating func append(_ blocks: [FoldableBlock]) throws {
    var segment = Segment(number: blocks.first?.segment ?? 0, blocks: blocks)
    segment.aggregates = try fold.fold(
      Folded(segment: segment, earlier: segments, aggregateByteCountMax: byteCountMax, isAllKnowing: isAllKnowing))
    segments.append(segment)
  }

  mutating func overwriteOldest() {
    segments.removeFirst()
  }

  /// What the retained segments' bytes add up to.
  func sum(_ window: TimeWindow = .all, limits: LinkingLimits = LinkingLimits()) throws(CodingError) -> Aggregates {
    var sum = Aggregates(limits: limits)
    for segment in segments {
      if window.isAll {
        try sum.add(segment.aggregates.totals, hasSpanNames: true)
      } else {
        try sum.add(segment.aggregates.minutes, .beginning(in: window))
      }
      for (earlier, correction) in segment.aggregates.corrections where earlier >= segments[0].number {
        try sum.add(correction, window.isAll ? .all : .beginning(in: window), hasSpanNames: true)
      }
    }
    return sum
  }

  private struct Folded: FoldableSegment {
    var segment: Segment
    var earlier: [Segment]
    var aggregateByteCountMax: Int
    var isAllKnowing: Bool

    var number: UInt64 { segment.number }
    var spanCount: Int { segment.blocks.reduce(0) { $0 + $1.batch.count } }

    func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws { try segment.blocks.forEach(body) }

    func mayHaveEarlierSpans(of traceID: TraceID) -> Bool { earlier.contains { $0.holds(traceID) } }

    func hasEarlierUnresolved(_ traceID: TraceID) -> Bool {
      isAllKnowing
        ? mayHaveEarlierSpans(of: traceID) : earlier.contains { $0.aggregates.unresolved.contains(traceID) }
    }

    func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock] {
      earlier.flatMap(\.blocks).compactMap { block in
        var found = block
        found.batch = SpanBatch()
        for row in block.batch.traceIDs.indices where block.batch.traceIDs[row] == traceID {
          found.batch.append(contentsOf: block.batch, rows: row..<row + 1)
        }
        return found.batch.isEmpty ? nil : found
      }
    }
  }
}
