import TraceModel

/// What a walk over an unsealed slot finds: every valid block of its segment, however many broken ones lie between.
struct SlotScan {
  /// Blocks of spans.
  private(set) var blocks = BlockList()
  private(set) var progress: Progress
  /// Behind the last valid block: where the next one goes.
  private(set) var endOffset: UInt64
  /// Where a block begins that was not finished, if one does.
  private(set) var tornOffset: UInt64?
  /// Places where blocks are missing before others that are there.
  private(set) var holes: [Hole] = []
  /// The last valid block says that its process stopped in good order.
  private(set) var endsCleanly = false
  private var durableSequences: [UInt32: UInt64] = [:]
  private let reader: SlotReader
  private let segment: UInt64

  struct Hole: Equatable {
    var offset: UInt64
    var firstSequence: UInt64
    /// Of the first valid block behind it.
    var incarnation: UInt32
    /// Some block says that the missing one was durable: it is not merely unwritten, it is lost.
    var wasDurable = false
    var reason: String
  }

  /// - Parameter header: the slot's, or nil if it cannot be read; then the newest segment that has blocks is taken.
  /// - Returns: nothing if there is no header and no block.
  init?(_ reader: SlotReader, header: SlotHeader?) throws(RingError) {
    self.reader = reader
    endOffset = reader.layout.firstBlockOffset
    if let header {
      segment = header.segment
      progress = Progress(
        lastSequence: max(header.firstSequence, 1) - 1, lastChecksum: header.previousChecksum,
        incarnation: header.incarnation)
    } else {
      guard let newest = try Self.newestBlock(in: reader) else { return nil }
      segment = newest.segment
      progress = Progress(lastSequence: max(newest.sequence, 1) - 1, lastChecksum: newest.previousChecksum)
    }
    try walk()
    for position in holes.indices {
      let durable = durableSequences[holes[position].incarnation, default: 0]
      holes[position].wasDurable = durable >= holes[position].firstSequence
    }
  }

  /// The segment as far as it could be read.
  var found: Segment {
    var summary = SegmentSummary()
    for block in blocks.all { summary.add(block) }
    return Segment(
      number: segment, slot: reader.slot, summary: summary, progress: progress, content: .open(blocks))
  }

  var damage: [RingDamage] {
    holes.filter(\.wasDurable).map { reader.damage(.block, segment: segment, at: $0.offset, $0.reason) }
  }

  private mutating func walk() throws(RingError) {
    while endOffset < reader.layout.trailerOffset {
      let reason: String
      do throws(RingError) {
        try take(at: endOffset)
        continue
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        reason = damage.reason
      }
      guard let next = try nextBlock(behind: endOffset) else {
        tornOffset = try isTorn(at: endOffset) ? endOffset : nil
        return
      }
      do throws(RingError) {
        // A collector may have finished the block while we looked behind it.
        try take(at: endOffset)
      } catch {
        guard case .damaged = error else { throw error }
        holes.append(
          Hole(
            offset: endOffset, firstSequence: progress.lastSequence + 1, incarnation: next.header.incarnation,
            reason: reason))
        endOffset = next.offset
      }
    }
  }

  /// Takes the block at `offset` in, or throws `.damaged` if there is no valid one of this segment.
  private mutating func take(at offset: UInt64) throws(RingError) {
    let block = try BlockReader(reader, at: offset, segment: segment)
    guard isSuccessor(block.header) else {
      throw .damaged(reader.damage(.block, segment: segment, at: offset, "a block of an older life of the slot"))
    }
    let digest = try block.digestAfterCheckingAll()
    let header = block.header
    if header.kind == .spans { blocks.append(BlockDescriptor(header, at: offset, digest)) }
    endsCleanly = header.kind == .stop
    progress = Progress(
      lastSequence: header.sequence, lastChecksum: header.checksum, incarnation: header.incarnation)
    durableSequences[header.incarnation] = max(
      durableSequences[header.incarnation, default: 0], header.durableSequence)
    endOffset = offset + UInt64(header.blockByteCount)
  }

  /// Numbers only rise; a lower one is left over from before a restart that could not see it.
  private func isSuccessor(_ header: BlockHeader) -> Bool {
    header.sequence > progress.lastSequence && header.incarnation >= progress.incarnation
  }

  private func nextBlock(behind offset: UInt64) throws(RingError) -> (offset: UInt64, header: BlockHeader)? {
    var found: (offset: UInt64, header: BlockHeader)?
    try Self.probe(reader, from: offset + UInt64(Limits.pageByteCount)) { (place, header) throws(RingError) in
      guard header.segment == segment, isSuccessor(header) else { return true }
      do throws(RingError) {
        _ = try BlockReader(reader, at: place, segment: segment).digestAfterCheckingAll()
      } catch {
        guard case .damaged = error else { throw error }
        return true
      }
      found = (place, header)
      return false
    }
    return found
  }

  private func isTorn(at offset: UInt64) throws(RingError) -> Bool {
    do throws(RingError) {
      let page = try reader.bytes(at: offset, count: Limits.pageByteCount, of: .block, segment: segment)
      return BlockHeader.hasMagic(page[...]) && page[...].number(BlockHeader.segmentField) == segment
    } catch {
      guard case .damaged = error else { throw error }
      return true
    }
  }

  private static func newestBlock(in reader: SlotReader) throws(RingError) -> BlockHeader? {
    var newest: BlockHeader?
    try probe(reader, from: reader.layout.firstBlockOffset) { (_, header) throws(RingError) in
      if newest.map({ $0.segment < header.segment }) ?? true { newest = header }
      return true
    }
    return newest
  }

  /// Looks for block headers at every page from `offset` on, until `visit` returns false. What cannot be read holds
  /// none.
  private static func probe(
    _ reader: SlotReader, from offset: UInt64, _ visit: (UInt64, BlockHeader) throws(RingError) -> Bool
  ) throws(RingError) {
    var (offset, step) = (offset, Limits.probeByteCount)
    while offset < reader.layout.trailerOffset {
      let count = Int(min(UInt64(step), reader.layout.trailerOffset - offset))
      var bytes: [UInt8] = []
      do throws(RingError) {
        bytes = try reader.bytes(at: offset, count: count, of: .block, segment: nil)
      } catch {
        guard case .damaged = error else { throw error }
        if step > Limits.pageByteCount {
          step = Limits.pageByteCount  // one bad page must not hide its neighbours
          continue
        }
      }
      for start in stride(from: 0, to: bytes.count, by: Limits.pageByteCount) {
        let page = bytes.dropFirst(start).prefix(Limits.pageByteCount)
        guard BlockHeader.hasMagic(page) else { continue }
        let place = reader.place(at: offset + UInt64(start))
        guard let header = Self.header(page, at: place, layout: reader.layout) else { continue }
        guard try visit(place.offset, header) else { return }
      }
      offset += UInt64(count)
    }
  }

  private static func header(_ page: ArraySlice<UInt8>, at place: Place, layout: SlotLayout) -> BlockHeader? {
    do { return try BlockHeader(from: page, at: place, layout: layout) } catch { return nil }
  }
}
