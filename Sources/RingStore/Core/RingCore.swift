import TraceModel

/// The ring's decisions: where the next block goes, when a slot is full, which one is reused, what is written again after
/// a failure. No files, clocks or threads: a step changes the value and names the effects that make it true; whoever
/// carries them out reports each one, by `confirm` or `fail`, before he asks for the next step.
///
/// Every block stays in memory until a sync of its slot has been confirmed, so a slot that fails takes nothing with it:
/// the same blocks go to the next one under the same numbers.
struct RingCore {
  private(set) var state: RingState
  /// In the order of use.
  private(set) var freeSlots: [UInt32]
  /// Of all that was written.
  private var progress: Progress
  /// Of what a confirmed sync covers.
  private var durable: Progress
  private var lastSegment: UInt64
  /// Where the head's next block goes.
  private var headOffset: UInt64
  /// Blocks of which nobody knows that they are durable, in the order of appending.
  private var pending: [BlockDraft] = []
  /// How many of these lie in the head; the others have not been written, or have to be once more.
  private var writtenCount = 0
  /// A note that a new process goes on from here stands before its first block.
  private var needsNote: Bool
  /// The head's last block says that its process stopped in good order, and nothing was written since.
  private var endsCleanly: Bool
  /// Where the blocks end of closed segments that wait for a footer, by number.
  private var endOffsets: [UInt64: UInt64] = [:]

  /// Takes up what was found on disk. The caller syncs the head's slot before it writes: what was found there is durable.
  init(_ image: RingImage) {
    state = RingState(superblock: image.superblock, damage: image.damage)
    freeSlots = image.freeSlots
    progress = image.progress
    progress.incarnation += 1
    durable = progress
    lastSegment = image.lastSegment
    state.closed = image.segments
    headOffset = image.superblock.layout.firstBlockOffset
    endsCleanly = false
    if let last = state.closed.last, last.takesBlocks {
      state.head = state.closed.removeLast()
      headOffset = image.endOffsets[last.number] ?? headOffset
      endsCleanly = image.cleanEnds.contains(last.number)
    }
    needsNote = state.head != nil
    for segment in state.closed where segment.takesBlocks {
      endOffsets[segment.number] = image.endOffsets[segment.number]
    }
    retireSurplus()
    state.trimFilters()
  }

  private var layout: SlotLayout { state.superblock.layout }

  private func place(in slot: UInt32, at offset: UInt64) -> Place {
    Place(ring: state.superblock.ring, slot: slot, offset: offset)
  }

  // MARK: Appending

  /// Takes blocks into memory, to be written by the steps that follow.
  mutating func take(_ drafts: [BlockDraft]) { pending += drafts }

  var hasUnwritten: Bool { writtenCount < pending.count }
  var hasUnsynced: Bool { progress.lastSequence > durable.lastSequence }
  /// The lowest number that the segment of the next block may have.
  var nextBlockSegmentMin: UInt64 { state.head?.number ?? lastSegment + 1 }
  /// What is kept in memory because it may not be durable.
  var pendingByteCount: Int { pending.reduce(0) { $0 + $1.byteCount } }

  /// The next step towards having everything written. No effects when there is nothing to do or no slot left to use.
  mutating func advance(now: Timestamp) -> [Effect] {
    guard hasUnwritten else { return [] }
    if state.head != nil, mustClose(before: pending[writtenCount].byteCount, pending[writtenCount].digest) {
      if hasUnsynced { return sync() }
      closeHead()
    }
    guard let head = state.head else { return openSlot(now: now) }
    return [needsNote ? mark(.note, in: head, now: now) : writeNext(in: head)]
  }

  /// Makes what was written durable.
  func sync() -> [Effect] {
    guard hasUnsynced, let head = state.head else { return [] }
    return [.sync(slot: head.slot)]
  }

  /// Marks that the process stops in good order; what was appended has been synced. Where the head has no room for the
  /// mark it is closed, and there is nothing left to mark.
  mutating func stop(now: Timestamp) -> [Effect] {
    guard !endsCleanly, let head = state.head else { return [] }
    guard !mustClose(before: Limits.pageByteCount) else {
      closeHead()
      return []
    }
    return [mark(.stop, in: head, now: now), .sync(slot: head.slot)]
  }

  /// Whether the head's footer would no longer fit behind another block of spans.
  private func mustClose(before byteCount: Int, _ digest: BlockDigest? = nil) -> Bool {
    guard let blocks = state.head?.blocks else { return false }
    let footerByteCount = layout.aggregateReserve + Footer.byteCount(of: blocks, and: digest, layout)
    let needed = (needsNote ? Limits.pageByteCount : 0) + byteCount + footerByteCount
    return headOffset + UInt64(needed) > layout.trailerOffset
  }

  /// Begins a new segment in the next free slot, and lets go of the oldest one if no slot would be free ahead.
  private mutating func openSlot(now: Timestamp) -> [Effect] {
    if freeSlots.isEmpty { retireOldest() }
    guard let slot = freeSlots.first else { return [] }
    freeSlots.removeFirst()
    lastSegment += 1
    state.head = Segment(number: lastSegment, slot: slot, progress: progress, content: .open(BlockList()))
    headOffset = layout.firstBlockOffset
    needsNote = false  // the header bears the incarnation
    retireSurplus()
    let header = SlotHeader(
      ring: state.superblock.ring, slot: slot, segment: lastSegment, firstSequence: progress.lastSequence + 1,
      previousChecksum: progress.lastChecksum, incarnation: progress.incarnation, openedAt: now,
      oldestSegment: state.closed.first?.number ?? lastSegment)
    return [.write(slot: slot, offset: 0, bytes: header.encoded()), .sync(slot: slot)]
  }

  /// A block without spans that says what became of the process.
  private mutating func mark(_ kind: BlockHeader.Kind, in head: Segment, now: Timestamp) -> Effect {
    var header = nextHeader(kind, in: head, receivedAt: now)
    var bytes = [UInt8](repeating: 0, count: Limits.pageByteCount)
    header.encode(into: &bytes, at: place(in: head.slot, at: headOffset))
    needsNote = false
    defer { endsCleanly = kind == .stop }
    return advance(past: header, bytes, in: head.slot)
  }

  private mutating func writeNext(in head: Segment) -> Effect {
    let offset = headOffset
    var header = nextHeader(.spans, in: head, receivedAt: pending[writtenCount].receivedAt)
    let bytes = pending[writtenCount].bytes(under: &header, at: place(in: head.slot, at: offset))
    let effect = advance(past: header, bytes, in: head.slot)
    state.head?.append(BlockDescriptor(header, at: offset, pending[writtenCount].digest))
    writtenCount += 1
    return effect
  }

  private func nextHeader(_ kind: BlockHeader.Kind, in head: Segment, receivedAt: Timestamp) -> BlockHeader {
    BlockHeader(
      kind: kind, segment: head.number, sequence: progress.lastSequence + 1, durableSequence: durable.lastSequence,
      previousChecksum: progress.lastChecksum, incarnation: progress.incarnation, receivedAt: receivedAt)
  }

  private mutating func advance(past header: BlockHeader, _ bytes: [UInt8], in slot: UInt32) -> Effect {
    defer { headOffset += UInt64(bytes.count) }
    progress.lastSequence = header.sequence
    progress.lastChecksum = header.checksum
    state.head?.progress = progress
    endsCleanly = false
    return .write(slot: slot, offset: headOffset, bytes: bytes)
  }

  // MARK: What became of the effects

  /// An effect has been carried out.
  mutating func confirm(_ effect: Effect) {
    guard case .sync(let slot) = effect, slot == state.head?.slot else { return }
    durable = progress
    pending.removeFirst(writtenCount)
    writtenCount = 0
  }

  /// An effect on a slot has failed: nothing more is written there, no sync is tried again. What was durable in it stays
  /// readable, and its turn to be reused comes with the others'. If it was the head, the blocks that were not durable
  /// have to be written again, under the same numbers, to the next slot.
  /// - Parameter isMissing: the file is gone, so there is nothing to reuse.
  mutating func fail(_ slot: UInt32, isMissing: Bool) {
    if var head = state.head, head.slot == slot {
      progress = durable
      writtenCount = 0
      state.head = nil
      (needsNote, endsCleanly) = (false, false)
      head.leave(through: durable)
      // A slot that failed before anything was durable in it is the last to be tried again: a disk that fails for an
      // hour must not cost an hour's worth of old segments.
      if head.summary.blockCount > 0 {
        state.closed.append(head)
      } else if !isMissing {
        freeSlots.append(slot)
      }
    } else if let position = state.closed.firstIndex(where: { $0.slot == slot }) {
      endOffsets[state.closed[position].number] = nil
      state.closed[position].isLeft = true
    }
  }

  // MARK: Sealing

  /// No more blocks come to the head, all of which are durable; its footer is to be made.
  private mutating func closeHead() {
    guard let head = state.head else { return }
    precondition(!hasUnsynced)
    state.head = nil
    endOffsets[head.number] = headOffset
    state.closed.append(head)
  }

  /// Segments that wait for their footers, with where their blocks end; oldest first.
  var unsealed: [(segment: Segment, endOffset: UInt64)] {
    endOffsets.isEmpty
      ? [] : state.closed.compactMap { segment in endOffsets[segment.number].map { (segment, $0) } }
  }

  /// Writes a footer and its trailer, with two syncs, because a trailer promises that the footer before it is there.
  /// Nothing if the segment is gone by now, or the footer does not fit.
  mutating func seal(_ sealed: SealedSegment) -> [Effect] {
    guard let position = position(of: sealed), let endOffset = endOffsets[sealed.number] else { return [] }
    let segment = state.closed[position]
    guard endOffset + UInt64(sealed.bytes.count) <= layout.trailerOffset else {
      // Blocks of another version may bring this about. The segment is scanned at each opening.
      endOffsets[sealed.number] = nil
      return [.release(slot: segment.slot)]
    }
    let trailer = SlotTrailer(
      ring: state.superblock.ring, slot: segment.slot, segment: segment, footer: sealed.footer)
    return [
      .write(slot: segment.slot, offset: endOffset, bytes: sealed.bytes), .sync(slot: segment.slot),
      .write(slot: segment.slot, offset: layout.trailerOffset, bytes: trailer.encoded()), .sync(slot: segment.slot),
      .release(slot: segment.slot),
    ]
  }

  /// The effects of `seal` have been carried out.
  mutating func didSeal(_ sealed: SealedSegment) {
    guard let position = position(of: sealed), endOffsets.removeValue(forKey: sealed.number) != nil else { return }
    state.closed[position].content = .sealed(sealed.footer, sealed.filter)
    state.trimFilters()
  }

  private func position(of sealed: SealedSegment) -> Int? {
    state.closed.lastIndex { $0.number == sealed.number }
  }

  // MARK: Letting go

  private mutating func retireSurplus() {
    let segmentCount = state.closed.count + (state.head == nil ? 0 : 1)
    let slotCount = segmentCount + freeSlots.count
    for _ in 0..<RingState.surplus(segmentCount: segmentCount, slotCount: slotCount) { retireOldest() }
  }

  private mutating func retireOldest() {
    guard !state.closed.isEmpty else { return }
    let oldest = state.closed.removeFirst()
    endOffsets[oldest.number] = nil
    freeSlots.append(oldest.slot)
  }
}
