import TraceModel

/// A segment as a fold sees it: its blocks, and the segments before it that the ring retains.
struct SegmentUnderFold: FoldableSegment {
  let aggregateByteCountMax: Int
  private let segment: Segment
  private let snapshot: RingSnapshot
  /// Oldest first. Each keeps its filter once it has been read.
  private let earlier: [Segment]
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
    earlier = snapshot.state.segments.prefix { $0.number < segment.number }.map { $0.keepingFilter() }
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
    let fingerprint = fingerprint(of: traceID)
    let probe = TraceFilter.Probe(fingerprint)
    return try earlier.contains { try mayHold(fingerprint, probe, $0) }
  }

  func hasEarlierUnresolved(_ traceID: TraceID) -> Bool {
    earlierUnresolved.contains(fingerprint(of: traceID))
  }

  func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock] {
    let fingerprint = fingerprint(of: traceID)
    let probe = TraceFilter.Probe(fingerprint)
    var found: [FoldableBlock] = []
    for segment in earlier where try mayHold(fingerprint, probe, segment) {
      try Self.unlessUnreadable { () throws(RingError) in
        let reader = try known.reader(of: segment, in: snapshot)
        for offset in try offsets(of: fingerprint, in: segment, reader) {
          guard let spans = try known.spans(of: traceID, at: offset, in: segment.number, reader) else { continue }
          found.append(spans)
        }
      }
    }
    return found
  }
}

extension SegmentUnderFold {
  private func fingerprint(of traceID: TraceID) -> UInt64 {
    snapshot.state.superblock.hashKey.fingerprint(of: traceID)
  }

  private func mayHold(_ fingerprint: UInt64, _ probe: TraceFilter.Probe, _ segment: Segment) throws -> Bool {
    switch segment.content {
    case .open(let blocks): return !blocks.offsets(of: fingerprint).isEmpty
    case .sealed(let footer, let filter):
      if let known = filter?.mayContain(probe) { return known }
      var mayHold = false
      try Self.unlessUnreadable { () throws(RingError) in
        let read = try snapshot.reader(of: segment).filter(footer, segment: segment.number)
        filter?.keep(read)
        mayHold = read.mayContain(probe)
      }
      return mayHold
    }
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
  private static func unlessUnreadable(_ read: () throws(RingError) -> Void) throws(RingError) {
    do throws(RingError) {
      try read()
    } catch {
      if case .damaged = error { return }
      guard error.isMissingFile else { throw error }
    }
  }
}

extension Segment {
  /// With a place for its filter, also where memory has none to spare: a fold asks each segment thousands of times.
  fileprivate func keepingFilter() -> Segment {
    guard case .sealed(let footer, nil) = content else { return self }
    var segment = self
    segment.content = .sealed(footer, KeptFilter())
    return segment
  }
}
