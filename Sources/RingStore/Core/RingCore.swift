import TraceModel

/// The ring's decisions: where the next block goes, when a slot is sealed, which one is reused. No files, clocks or
/// threads: each step changes the value and names the effects that make it true. Whoever carries them out keeps the old
/// value until they have succeeded, and calls `abandon` on it if they fail.
struct RingCore {
  private(set) var state: RingState
  /// In the order of use.
  private(set) var freeSlots: [UInt32]
  private var progress: Progress
  private var lastSegment: UInt64
  private var durableSequence: UInt64
  /// Where the head's next block goes.
  private var headOffset: UInt64
  private(set) var hasUnsynced = false
  /// A note that a new process goes on from here stands before its first block.
  private(set) var needsNote: Bool

  /// Takes up what was found on disk. The caller has synced the head's slot: what was found there is durable.
  init(_ image: RingImage) {
    state = RingState(superblock: image.superblock, damage: image.damage)
    freeSlots = image.freeSlots
    progress = image.progress
    progress.incarnation += 1
    lastSegment = image.lastSegment
    durableSequence = image.progress.lastSequence
    state.closed = image.segments
    headOffset = image.superblock.layout.firstBlockOffset
    if let last = state.closed.last, last.blocks != nil {
      state.head = state.closed.removeLast()
      headOffset = image.endOffsets[last.number] ?? headOffset
    }
    needsNote = state.head != nil
    retireSurplus()
    state.trimFilters()
  }

  private var layout: SlotLayout { state.superblock.layout }

  private func place(in slot: UInt32, at offset: UInt64) -> Place {
    Place(ring: state.superblock.ring, slot: slot, offset: offset)
  }

  // MARK: Appending

  /// Whether the head's footer would no longer fit behind this block.
  func mustSeal(before draft: BlockDraft) -> Bool {
    guard let blocks = state.head?.blocks else { return false }
    let footerByteCount = Footer.byteCount(
      fingerprintCount: blocks.fingerprintCount + draft.fingerprints.count, blockCount: blocks.count + 1)
    let needed = (needsNote ? Limits.pageByteCount : 0) + draft.byteCount + footerByteCount
    return headOffset + UInt64(needed) > layout.trailerOffset
  }

  /// Begins a new segment in the next free slot, and lets go of the oldest one if no slot would be free ahead.
  mutating func openSlot(now: Timestamp) -> [Effect] {
    precondition(state.head == nil)
    if freeSlots.isEmpty { retireOldest() }
    guard let slot = freeSlots.first else { return [] }
    freeSlots.removeFirst()
    lastSegment += 1
    let header = SlotHeader(
      ring: state.superblock.ring, slot: slot, segment: lastSegment, firstSequence: progress.lastSequence + 1,
      previousChecksum: progress.lastChecksum, incarnation: progress.incarnation, openedAt: now)
    state.head = Segment(number: lastSegment, slot: slot, progress: progress, content: .open(BlockList()))
    headOffset = layout.firstBlockOffset
    needsNote = false  // the header bears the incarnation
    retireSurplus()
    return [.write(slot: slot, offset: 0, bytes: header.encoded()), .sync(slot: slot)]
  }

  /// Marks where this process goes on in a slot that another one has left.
  mutating func note(now: Timestamp) -> [Effect] {
    guard let head = state.head else { return [] }
    var header = nextHeader(.note, in: head, receivedAt: now)
    var bytes = [UInt8](repeating: 0, count: Limits.pageByteCount)
    header.encode(into: &bytes, at: place(in: head.slot, at: headOffset))
    needsNote = false
    return [advance(past: header, bytes, in: head.slot)]
  }

  /// - Precondition: there is a head, and it need not be sealed before this block.
  mutating func write(_ draft: BlockDraft) -> [Effect] {
    precondition(!mustSeal(before: draft) && !needsNote)
    guard let head = state.head else { preconditionFailure("a block needs a head") }
    let offset = headOffset
    var header = nextHeader(.spans, in: head, receivedAt: draft.receivedAt)
    let bytes = draft.bytes(under: &header, at: place(in: head.slot, at: offset))
    let effect = advance(past: header, bytes, in: head.slot)
    state.head?.append(BlockDescriptor(header, at: offset, fingerprints: draft.fingerprints))
    return [effect]
  }

  private func nextHeader(_ kind: BlockHeader.Kind, in head: Segment, receivedAt: Timestamp) -> BlockHeader {
    BlockHeader(
      kind: kind, segment: head.number, sequence: progress.lastSequence + 1, durableSequence: durableSequence,
      previousChecksum: progress.lastChecksum, incarnation: progress.incarnation, receivedAt: receivedAt)
  }

  private mutating func advance(past header: BlockHeader, _ bytes: [UInt8], in slot: UInt32) -> Effect {
    defer { headOffset += UInt64(bytes.count) }
    progress.lastSequence = header.sequence
    progress.lastChecksum = header.checksum
    state.head?.progress = progress
    hasUnsynced = true
    return .write(slot: slot, offset: headOffset, bytes: bytes)
  }

  mutating func sync() -> [Effect] {
    guard hasUnsynced, let head = state.head else { return [] }
    hasUnsynced = false
    durableSequence = progress.lastSequence
    return [.sync(slot: head.slot)]
  }

  // MARK: Sealing

  /// Writes the head's footer and trailer; without them, where there is no room, the segment is scanned at the next
  /// opening. Afterwards there is no head.
  mutating func seal() -> [Effect] {
    guard let head = state.head else { return [] }
    let (closed, effects) =
      sealing(head, endOffset: headOffset) ?? (head, [.sync(slot: head.slot), .release(slot: head.slot)])
    state.head = nil
    state.closed.append(closed)
    state.trimFilters()
    hasUnsynced = false
    durableSequence = progress.lastSequence
    return effects
  }

  /// The same for a segment that an earlier process left unsealed.
  mutating func seal(_ segment: Segment, endOffset: UInt64) -> [Effect] {
    guard let position = state.closed.firstIndex(where: { $0.number == segment.number }),
      let (sealed, effects) = sealing(segment, endOffset: endOffset)
    else { return [] }
    state.closed[position] = sealed
    state.trimFilters()
    return effects
  }

  /// Two syncs, because a trailer promises that the footer before it is there. Nothing if the footer does not fit,
  /// which blocks of an older writer may bring about.
  private func sealing(_ segment: Segment, endOffset: UInt64) -> (Segment, [Effect])? {
    guard let blocks = segment.blocks else { return nil }
    let byteCount = Footer.byteCount(fingerprintCount: blocks.fingerprintCount, blockCount: blocks.count)
    guard endOffset + UInt64(byteCount) <= layout.trailerOffset else { return nil }
    let (footer, filter, bytes) = Footer.make(
      of: blocks, segment: segment.number, at: place(in: segment.slot, at: endOffset))
    let trailer = SlotTrailer(ring: state.superblock.ring, slot: segment.slot, segment: segment, footer: footer)
    var sealed = segment
    sealed.content = .sealed(footer, filter)
    let effects: [Effect] = [
      .write(slot: segment.slot, offset: endOffset, bytes: bytes), .sync(slot: segment.slot),
      .write(slot: segment.slot, offset: layout.trailerOffset, bytes: trailer.encoded()), .sync(slot: segment.slot),
      .release(slot: segment.slot),
    ]
    return (sealed, effects)
  }

  // MARK: Letting go

  /// After a failed effect: nothing more is written to the slot. What had been written to it stays readable as far as
  /// its checksums hold; numbers that may have reached the disk are not given out again.
  mutating func abandon(_ slot: UInt32) {
    freeSlots.removeAll { $0 == slot }
    progress.lastSequence += 1
    lastSegment += 1
    if let head = state.head {
      state.closed.append(head)
      state.head = nil
      lastSegment = max(lastSegment, head.number)
    }
    hasUnsynced = false
  }

  private mutating func retireSurplus() {
    let segmentCount = state.closed.count + (state.head == nil ? 0 : 1)
    let slotCount = segmentCount + freeSlots.count
    for _ in 0..<RingState.surplus(segmentCount: segmentCount, slotCount: slotCount) { retireOldest() }
  }

  private mutating func retireOldest() {
    guard !state.closed.isEmpty else { return }
    freeSlots.append(state.closed.removeFirst().slot)
  }
}
