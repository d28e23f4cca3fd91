import TraceModel

extension RingSnapshot {
  /// Retained spans of a trace, however far apart they came: in the order of arrival, from `cursor` on, and a cursor for
  /// the next ones if there are more than `limit`. Damage is reported, not thrown.
  /// - Parameter hasDetails: without them the batch is for linking and for figures, and comes for less.
  package func spans(
    of traceID: TraceID, limit: Int = .max, after cursor: SpanCursor? = nil, hasDetails: Bool = true
  ) throws(RingError) -> TraceSpans {
    precondition(limit > 0)
    let fingerprint = state.superblock.hashKey.fingerprint(of: traceID)
    var search = TraceWalk(
      traceID: traceID, fingerprint: fingerprint, limit: limit, begin: cursor ?? .beginning, hasDetails: hasDetails)
    for position in state.closed.indices {
      // Nearly every segment is left again here, so nothing of it is copied before.
      if state.closed[position].surelyLacks(search.probe) { continue }
      try search.look(into: state.closed[position], of: self)
      if search.isOver { return search.found }
    }
    if let head = state.head { try search.look(into: head, of: self) }
    return search.found
  }
}

extension Segment {
  /// What memory alone knows.
  @inline(__always)
  fileprivate func surelyLacks(_ probe: TraceFilter.Probe) -> Bool {
    guard case .sealed(_, let filter?) = content else { return false }
    return filter.mayContain(probe) == false
  }
}

/// A walk through the segments of a snapshot for one trace.
private struct TraceWalk {
  let traceID: TraceID
  let fingerprint: UInt64
  let probe: TraceFilter.Probe
  let limit: Int
  let begin: SpanCursor
  let hasDetails: Bool
  private(set) var found = TraceSpans()

  init(traceID: TraceID, fingerprint: UInt64, limit: Int, begin: SpanCursor, hasDetails: Bool) {
    self.traceID = traceID
    self.fingerprint = fingerprint
    self.limit = limit
    self.begin = begin
    self.hasDetails = hasDetails
    probe = TraceFilter.Probe(fingerprint)
  }

  /// Whether there are more spans than are wanted.
  var isOver: Bool { found.next != nil }

  mutating func look(into segment: Segment, of snapshot: RingSnapshot) throws(RingError) {
    if segment.number < begin.segment { return }
    let start = segment.number == begin.segment ? begin.offset : 0
    do throws(RingError) {
      switch segment.content {
      case .open(let blocks):
        let offsets = blocks.offsets(of: fingerprint, from: start)
        if !offsets.isEmpty { try addSpans(at: offsets, in: segment.number, try snapshot.reader(of: segment)) }
      case .sealed(let footer, let filter):
        let reader = try snapshot.reader(of: segment)
        guard try mayContain(footer, filter, segment.number, reader) else { return }
        let offsets = try offsets(in: footer, from: start, segment, reader, of: snapshot)
        try addSpans(at: offsets, in: segment.number, reader)
      }
    } catch {
      guard error.isMissingFile else { throw error }
      found.isPartial = true
    }
  }

  /// By the index; if that is damaged, by walking through the slot.
  private mutating func offsets(
    in footer: Footer, from start: UInt64, _ segment: Segment, _ reader: SlotReader, of snapshot: RingSnapshot
  ) throws(RingError) -> [UInt64] {
    do throws(RingError) {
      return try reader.blockOffsets(of: fingerprint, from: start, in: footer, segment: segment.number)
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      guard let blocks = try snapshot.scan(segment, reader) else {
        found.isPartial = true
        return []
      }
      found.damage.append(damage)
      return blocks.offsets(of: fingerprint, from: start)
    }
  }

  /// By the filter in memory, which is read now if it is to be kept; else by a page of it. One that cannot be read denies
  /// nothing, and the index decides.
  private mutating func mayContain(
    _ footer: Footer, _ kept: KeptFilter?, _ segment: UInt64, _ reader: SlotReader
  ) throws(RingError) -> Bool {
    do throws(RingError) {
      guard let kept else { return try reader.filterMayContain(probe, in: footer, segment: segment) }
      if let known = kept.mayContain(probe) { return known }
      let filter = try reader.filter(footer, segment: segment)
      kept.keep(filter)
      return filter.mayContain(probe)
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      if try !reader.isGone(segment) { found.damage.append(damage) }
      return true
    }
  }

  private mutating func addSpans(
    at offsets: [UInt64], in segment: UInt64, _ reader: SlotReader
  ) throws(RingError) {
    for offset in offsets where !isOver {
      do throws(RingError) {
        try addSpans(of: try BlockReader(reader, at: offset, segment: segment), at: offset, in: segment)
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        found.isPartial = true
        if try !reader.isGone(segment) { found.damage.append(damage) }
      }
    }
  }

  private mutating func addSpans(of block: BlockReader, at offset: UInt64, in segment: UInt64) throws(RingError) {
    var rows = try block.rows(of: traceID)
    if segment == begin.segment && offset == begin.offset { rows.removeAll { $0 < begin.row } }
    let room = limit - found.batch.count
    if rows.count > room {
      found.next = SpanCursor(segment: segment, offset: offset, row: rows[room])
      rows.removeSubrange(room...)
    }
    if rows.isEmpty { return }
    found.batch.append(contentsOf: hasDetails ? try block.spans(rows: rows) : try block.links(rows: rows))
  }
}
