import TraceModel

/// A segment as a fold sees it: its blocks, and the segments before it that the ring retains.
struct SegmentUnderFold: FoldableSegment {
  let aggregateByteCountMax: Int
  private let segment: Segment
  private let snapshot: RingSnapshot
  /// Oldest first.
  private let earlier: [Segment]
  private let filters: EarlierFilters
  private let earlierUnresolved: Set<UInt64>
  private let known: EarlierBlocks

  /// - Parameters:
  ///   - snapshot: in which the segment is retained.
  ///   - aggregateByteCountMax: what the slot has left for the fold's result.
  init(_ segment: Segment, in snapshot: RingSnapshot, aggregateByteCountMax: Int) {
    self.segment = segment
    self.snapshot = snapshot
    self.aggregateByteCountMax = aggregateByteCountMax
    known = EarlierBlocks(snapshot.state.superblock.hashKey)
    earlier = Array(snapshot.state.segments.prefix { $0.number < segment.number })
    filters = EarlierFilters(of: earlier, in: snapshot)
    earlierUnresolved = Self.unresolved(in: earlier, snapshot)
  }

  var number: UInt64 { segment.number }
  var spanCount: Int { Int(clamping: segment.summary.spanCount) }

  /// Damaged blocks are left out: nobody else can read them either.
  func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws {
    let reader = try snapshot.reader(of: segment)
    for block in try snapshot.directory(of: segment) ?? [] {
      let batch: SpanBatch
      do throws(RingError) {
        batch = try BlockReader(reader, at: block.offset, segment: segment.number).links()
      } catch {
        guard case .damaged = error else { throw error }
        continue
      }
      try body(FoldableBlock(segment: segment.number, receivedAt: block.receivedAt, batch: batch))
    }
  }

  func mayHaveEarlierSpans(of traceID: TraceID) throws -> Bool {
    try filters.first(from: 0, mayHold: fingerprint(of: traceID)) != nil
  }

  func hasEarlierUnresolved(_ traceID: TraceID) -> Bool {
    earlierUnresolved.contains(fingerprint(of: traceID))
  }

  func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock] {
    let fingerprint = fingerprint(of: traceID)
    var found: [FoldableBlock] = []
    var position = 0
    while let next = try filters.first(from: position, mayHold: fingerprint) {
      let segment = earlier[next]
      try Self.unlessUnreadable { () throws(RingError) in
        let reader = try known.reader(of: segment, in: snapshot)
        for offset in try offsets(of: fingerprint, in: segment, reader) {
          guard let spans = try known.spans(of: traceID, at: offset, in: segment.number, reader) else { continue }
          found.append(spans)
        }
      }
      position = next + 1
    }
    return found
  }
}

extension SegmentUnderFold {
  private func fingerprint(of traceID: TraceID) -> UInt64 {
    snapshot.state.superblock.hashKey.fingerprint(of: traceID)
  }

  private func offsets(
    of fingerprint: UInt64, in segment: Segment, _ reader: SlotReader
  ) throws(RingError) -> [UInt64] {
    switch segment.content {
    case .open(let blocks): blocks.offsets(of: fingerprint)
    case .sealed(let footer, _):
      try reader.blockOffsets(of: fingerprint, from: 0, in: footer, segment: segment.number)
    }
  }

  /// The newest segments' first, as many as fit.
  private static func unresolved(in segments: [Segment], _ snapshot: RingSnapshot) -> Set<UInt64> {
    var unresolved: Set<UInt64> = []
    for segment in segments.reversed() {
      guard case .sealed(let footer, _) = segment.content, let section = footer[.unresolved] else { continue }
      if unresolved.count + Int(section.storedByteCount) / 8 > Limits.unresolvedCountMax { break }
      do throws(RingError) {
        let bytes = try snapshot.reader(of: segment).footerSection(section, .aggregates, segment: segment.number)
        unresolved.formUnion(ColumnBytes.decode(bytes[...], rows: nil) { (fingerprint: UInt64) in fingerprint })
      } catch {
        continue  // its late parents stay unpaired
      }
    }
    return unresolved
  }

  /// What is damaged, or gone by now, has no part in the figures.
  static func unlessUnreadable(_ read: () throws(RingError) -> Void) throws(RingError) {
    do throws(RingError) {
      try read()
    } catch {
      if case .damaged = error { return }
      guard error.isMissingFile else { throw error }
    }
  }
}
