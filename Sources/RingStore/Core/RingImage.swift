import TraceModel

/// A ring as it lies on disk: read at opening by the process that writes, and by every process that only reads.
struct RingImage {
  var superblock: Superblock
  /// Numbers of the slot files, rising.
  var slots: [UInt32] = []
  /// Slot files that are shorter than a slot.
  var shortSlots: [UInt32] = []
  /// Oldest first, the head included.
  var segments: [Segment] = []
  /// For segments that were scanned: where their blocks end.
  var endOffsets: [UInt64: UInt64] = [:]
  /// Segments whose last block says that their process stopped in good order.
  var cleanEnds: Set<UInt64> = []
  /// Slots that hold nothing.
  var freeSlots: [UInt32] = []
  var progress = Progress()
  var lastSegment: UInt64 = 0
  /// Segments below it have been let go, even if their slots were not written over.
  private var oldestSegment: UInt64 = 0
  var damage: [RingDamage] = []
  var notices: [RingNotice] = []

  init(_ folder: RingFolder, _ superblock: Superblock) throws(RingError) {
    self.superblock = superblock
    slots = try folder.slots()
    for slot in slots {
      let file = try folder.openSlot(slot, .read)
      let reader = SlotReader(
        file: file, ring: superblock.ring, slot: slot, layout: superblock.layout, hashKey: superblock.hashKey)
      do {
        if try file.byteCount() < superblock.layout.slotByteCount { shortSlots.append(slot) }
      } catch { throw RingError(error) }
      if let segment = try take(reader) {
        segments.append(segment)
      } else {
        freeSlots.append(slot)
      }
    }
    segments.sort { $0.number < $1.number }
    lastSegment = segments.last?.number ?? 0
    dropImpostors()
    dropForgotten()
    dropCopies()
    freeEmptySegments()
    noteRecovery()
  }

  /// The decision over one slot: sealed if its trailer fits its header, else what a scan finds.
  private mutating func take(_ reader: SlotReader) throws(RingError) -> Segment? {
    let header = try reader.header()
    if let header, !header.isReadable {
      damage.append(reader.damage(.slotHeader, segment: header.segment, at: 0, "of another version of the format"))
      return Segment(
        number: header.segment, slot: reader.slot, progress: Progress(), content: .open(BlockList()), isLeft: true)
    }
    oldestSegment = max(oldestSegment, header?.oldestSegment ?? 0)
    if let trailer = try reader.trailer(), try isOwner(trailer, under: header, reader) {
      if header == nil { damage.append(reader.damage(.slotHeader, segment: trailer.segment, at: 0, "checksum")) }
      progress.advance(to: trailer.progress)
      return Segment(
        number: trailer.segment, slot: reader.slot, summary: trailer.summary, progress: trailer.progress,
        content: .sealed(trailer.footer, KeptFilter()))
    }
    if header == nil, try reader.isBlank() { return nil }
    guard let scan = try SlotScan(reader, header: header) else {
      // A header that was cut short in a slot that never held a block is what a crash leaves, and no damage.
      if try !reader.isBlank(at: reader.layout.firstBlockOffset) {
        damage.append(reader.damage(.slotHeader, segment: nil, at: 0, "nothing in it can be read"))
      }
      return nil
    }
    var found = scan.found
    found.isLeft = header?.isWritable == false
    if header == nil { damage.append(reader.damage(.slotHeader, segment: scan.found.number, at: 0, "checksum")) }
    damage += scan.damage
    progress.advance(to: scan.progress)
    endOffsets[found.number] = scan.endOffset
    if scan.endsCleanly { cleanEnds.insert(found.number) }
    if let offset = scan.tornOffset { notices.append(.tornTail(slot: reader.slot, offset: offset)) }
    for hole in scan.holes where !hole.wasDurable {
      notices.append(.unsyncedBlocks(slot: reader.slot, offset: hole.offset))
    }
    return found
  }

  /// Whether a trailer speaks for what lives in the slot: it is left over from the segment before as long as the slot's is
  /// not sealed. Where no header tells, the first block does: it is written after the header, so a header that was torn
  /// has none of its segment behind it.
  private func isOwner(
    _ trailer: SlotTrailer, under header: SlotHeader?, _ reader: SlotReader
  ) throws(RingError) -> Bool {
    if let header { return trailer.segment == header.segment }
    do throws(RingError) {
      let first = try BlockReader(reader, at: reader.layout.firstBlockOffset, segment: nil)
      return first.header.segment <= trailer.segment
    } catch {
      guard case .damaged = error else { throw error }
      return true
    }
  }

  /// Two slots never hold the same segment unless somebody copied files; the first one counts.
  private mutating func dropImpostors() {
    var seen: Set<UInt64> = []
    let doubles = segments.filter { !seen.insert($0.number).inserted }
    for double in doubles {
      freeSlots.append(double.slot)
      damage.append(
        RingDamage(slot: double.slot, segment: double.number, offset: 0, part: .slotHeader, reason: "a second copy"))
    }
    segments.removeAll { segment in doubles.contains { $0.slot == segment.slot } }
  }

  /// A slot that was free when the ring grew, or failed when its turn came, still holds what it held.
  private mutating func dropForgotten() {
    let forgotten = segments.prefix { $0.number < oldestSegment }
    freeSlots += forgotten.map(\.slot)
    segments.removeFirst(forgotten.count)
  }

  /// A slot that failed may hold blocks that were then written again to the next one: there they count.
  private mutating func dropCopies() {
    var firstOfLater = UInt64.max
    for position in segments.indices.reversed() {
      if let last = segments[position].lastBlockSequence, last >= firstOfLater {
        segments[position].keepBlocks { $0.sequence < firstOfLater }
      }
      let first = segments[position].summary.firstSequence
      if segments[position].summary.blockCount > 0 { firstOfLater = min(firstOfLater, first) }
    }
  }

  /// Slots that were opened and failed, or were closed before anything was written.
  private mutating func freeEmptySegments() {
    let empty = segments.dropLast().filter { $0.takesBlocks && $0.summary.blockCount == 0 }
    guard !empty.isEmpty else { return }
    freeSlots += empty.map(\.slot)
    segments.removeAll { segment in empty.contains { $0.slot == segment.slot } }
  }

  private mutating func noteRecovery() {
    let isClean = segments.last.map { $0.blocks == nil || cleanEnds.contains($0.number) } ?? true
    let scanned = isClean ? [] : segments.filter { $0.blocks != nil }
    let spanCount = scanned.reduce(0) { $0 + $1.summary.spanCount }
    let blockCount = scanned.reduce(0) { $0 + Int($1.summary.blockCount) }
    if blockCount > 0 { notices.append(.recovered(blockCount: blockCount, spanCount: spanCount)) }
    notices += damage.map(RingNotice.damage)
  }
}

extension Segment {
  /// Of the last block that is kept; nothing for a sealed segment, which holds no copies.
  fileprivate var lastBlockSequence: UInt64? {
    guard let blocks else { return nil }
    var last: UInt64?
    for block in blocks.all { last = block.sequence }
    return last
  }
}
