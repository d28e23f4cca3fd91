import TraceLinking
import TraceModel

/// Answers about a window from its spans, where stored figures cannot: of some traces only, or of services told apart by
/// another attribute of their resources.
///
/// Looks at every segment that the window touches, and at those that share traces with them for parents and children that
/// lie outside. Goes through the blocks once for each million of spans, each time for a part of the traces. Spans that
/// came late are not told from others.
struct MapScan {
  let source: any SegmentSource
  let isAbandoned: @Sendable () -> Bool
  /// What shares traces with what, of segments whose figures are not stored.
  let folds: KeptFolds
  var spansPerPass = QueryLimits.spansPerPass

  private let fold = ServiceMapFold()

  init(_ source: any SegmentSource, _ folds: KeptFolds, _ isAbandoned: @escaping @Sendable () -> Bool) {
    (self.source, self.folds, self.isAbandoned) = (source, folds, isAbandoned)
  }

  /// - Parameters:
  ///   - traces: nil for all.
  ///   - resource: what each resource is taken for.
  func ask(
    _ window: TimeWindow, traces: Set<TraceID>? = nil, resource: (Resource) -> Resource = { $0 }
  ) throws(QueryError) -> SegmentSum.Result {
    do {
      let segments = try segments(for: window)
      let passCount = try passCount(segments, isWhole: traces == nil)
      var result = SegmentSum.Result()
      for pass in 0..<passCount {
        try add(segments, window, resource, isFirst: pass == 0, to: &result) { id in
          traces?.contains(id) ?? (passCount == 1 || id.hashed(below: passCount) == pass)
        }
      }
      return result
    } catch let error as QueryError {
      throw error
    } catch {
      throw .unreadable("\(error)")
    }
  }

  private func add(
    _ segments: [SourceSegment], _ window: TimeWindow, _ resource: (Resource) -> Resource, isFirst: Bool,
    to result: inout SegmentSum.Result, _ isWanted: (TraceID) -> Bool
  ) throws {
    var graph = CallGraph()
    for segment in segments {
      if isAbandoned() { throw QueryError.abandoned }
      guard let spans = try source.foldable(segment.number) else {
        if isFirst { result.missingBlocks += segment.blockCount }
        continue
      }
      try spans.forEachBlock { block in
        if isAbandoned() { throw QueryError.abandoned }
        var batch = block.batch
        batch.resources = batch.resources.map(resource)
        try graph.add(batch) { row in
          guard isWanted(batch.traceIDs[row]) else { return nil }
          return window.part(of: batch, row: row, receivedAt: block.receivedAt)
        }
      }
    }
    result.aggregates += graph.join()
  }

  private func passCount(_ segments: [SourceSegment], isWhole: Bool) throws -> Int {
    guard isWhole else { return 1 }
    let spanCount = try segments.reduce(0) { $0 + (try source.foldable($1.number)?.spanCount ?? 0) }
    guard spanCount <= QueryLimits.scannedSpansMax else { throw QueryError.tooManySpans(spanCount) }
    return max(1, (spanCount + spansPerPass - 1) / spansPerPass)
  }

  // MARK: Which segments

  private func segments(for window: TimeWindow) throws -> [SourceSegment] {
    let all = source.segments
    let inside = Set(all.filter { window.overlaps($0.earliestEnd, $0.latestEnd) }.map(\.number))
    guard inside.count < all.count else { return all }
    var wanted = inside
    for segment in all where segment.number >= inside.min() ?? .max {
      if isAbandoned() { throw QueryError.abandoned }
      let earlier = try corrected(by: segment)
      if inside.contains(segment.number) {
        wanted.formUnion(earlier)
      } else if !earlier.isDisjoint(with: inside) {
        wanted.insert(segment.number)
      }
    }
    return all.filter { wanted.contains($0.number) }
  }

  /// The earlier segments that a segment shares traces with.
  private func corrected(by segment: SourceSegment) throws -> Set<UInt64> {
    if segment.hasAggregates, let stored = try source.aggregates(of: segment.number, .corrections) {
      return Set(stored.corrections.keys)
    }
    let folded = try folds.aggregates(of: segment) { try source.foldable(segment.number).map { try fold.fold($0) } }
    return Set(folded?.corrections.keys.map { $0 } ?? [])
  }
}

extension TraceID {
  /// The same number for the same trace.
  fileprivate func hashed(below count: Int) -> Int {
    Int((((low ^ high) &* 0x9e37_79b9_7f4a_7c15) >> 33) % UInt64(count))
  }
}
