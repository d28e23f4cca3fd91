/// How the figures in a segment's footer are made: who called whom, how often, how well, how fast. Whoever opens the ring
/// injects it; the ring itself knows neither names nor edges.
///
/// Pure: the same spans give the same bytes, whatever the clock says, so that a crash loses nothing that reading the
/// blocks again does not bring back.
package protocol SegmentFold: Sendable {
  /// Fills in the columns of `batch` that folding needs of the attributes (`outcomes`, `peerIndices`, `peers`), so that
  /// no fold has to decode attributes again. Called once, before the spans are stored.
  func annotate(_ batch: inout SpanBatch) throws(CodingError)

  /// The figures of one whole segment.
  /// - Throws: only what `segment` throws.
  func fold(_ segment: any FoldableSegment) throws -> SegmentAggregates
}

/// A segment that will get no more blocks, or that a reader takes as it is now, with a way to look at those before it.
package protocol FoldableSegment {
  /// Rises from segment to segment.
  var number: UInt64 { get }
  var spanCount: Int { get }
  /// What totals, minutes, unresolved traces and corrections may take together, in bytes.
  var aggregateByteCountMax: Int { get }

  /// Goes through the segment's blocks in the order of writing. Their batches have no details and no scopes, but are
  /// annotated. May be called again: a fold that cannot hold a large segment at once takes it in several passes.
  func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws

  /// Whether an earlier retained segment may hold spans of the trace. Costs a memory access for each of them; no false
  /// "no" but where a segment cannot be read.
  func mayHaveEarlierSpans(of traceID: TraceID) throws -> Bool

  /// Whether an earlier retained segment said that a parent of this trace was missing. A memory access; knows the newest
  /// segments' alone once there are more than fit.
  func hasEarlierUnresolved(_ traceID: TraceID) -> Bool

  /// What earlier retained segments hold of the trace: rows of blocks, oldest segment first, and in it in the order of
  /// writing. Reads the disk, so a fold asks for a bounded number of traces.
  func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock]
}

/// Spans of one block, or of one trace in a block.
package struct FoldableBlock: Sendable {
  package var segment: UInt64
  package var receivedAt: Timestamp
  package var batch: SpanBatch
  /// Which rows of the batch are meant, in rising order; nil for all.
  package var rows: [Int]?
  /// Tells the block from others of its segment, so that what is found out about it need not be found out again; nil
  /// where there is nothing to tell it by.
  package var offset: UInt64?

  package init(
    segment: UInt64, receivedAt: Timestamp, batch: SpanBatch, rows: [Int]? = nil, offset: UInt64? = nil
  ) {
    self.segment = segment
    self.receivedAt = receivedAt
    self.batch = batch
    self.rows = rows
    self.offset = offset
  }
}

/// What a fold says of a segment, as bytes that only the fold can read.
package struct SegmentAggregates: Hashable, Sendable {
  /// Of the segment's spans by themselves, for all keys.
  package var totals: [UInt8]
  /// The same by the minute in which spans ended, for services and edges.
  package var minutes: [UInt8]
  /// Traces of which a span names a parent that the segment does not hold. In rising order, each once.
  package var unresolved: [TraceID]
  /// What has to be added to the figures of this segment and of an earlier one because they share traces: by the earlier
  /// one's number, and true only while that one is retained.
  package var corrections: [UInt64: [UInt8]]

  package init(
    totals: [UInt8] = [], minutes: [UInt8] = [], unresolved: [TraceID] = [], corrections: [UInt64: [UInt8]] = [:]
  ) {
    self.totals = totals
    self.minutes = minutes
    self.unresolved = unresolved
    self.corrections = corrections
  }
}
