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
  /// Slots that hold nothing.
  var freeSlots: [UInt32] = []
  var progress = Progress()
  var lastSegment: UInt64 = 0
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
    noteRecovery()
  }

  /// Segments that nobody will write to any more but that have no footer.
  var unsealed: [Segment] { segments.dropLast().filter { $0.blocks != nil } }

  /// The decision over one slot: sealed if its trailer fits its header, else what a scan finds.
  private mutating func take(_ reader: SlotReader) throws(RingError) -> Segment? {
    let header = try reader.header()
    if let trailer = try reader.trailer(), trailer.segment == (header?.segment ?? trailer.segment) {
      if header == nil { damage.append(reader.damage(.slotHeader, segment: trailer.segment, at: 0, "checksum")) }
      progress.advance(to: trailer.progress)
      return Segment(
        number: trailer.segment, slot: reader.slot, summary: trailer.summary, progress: trailer.progress,
        content: .sealed(trailer.footer, KeptFilter()))
    }
    if header == nil, try reader.isBlank() { return nil }
    guard let scan = try SlotScan(reader, header: header) else { return nil }
    if header == nil { damage.append(reader.damage(.slotHeader, segment: scan.found.number, at: 0, "checksum")) }
    damage += scan.damage
    progress.advance(to: scan.progress)
    endOffsets[scan.found.number] = scan.endOffset
    if let offset = scan.tornOffset { notices.append(.tornTail(slot: reader.slot, offset: offset)) }
    for hole in scan.holes where !hole.wasDurable {
      notices.append(.unsyncedBlocks(slot: reader.slot, offset: hole.offset))
    }
    return scan.found
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

  private mutating func noteRecovery() {
    let scanned = segments.filter { $0.blocks != nil }
    let spanCount = scanned.reduce(0) { $0 + $1.summary.spanCount }
    let blockCount = scanned.reduce(0) { $0 + Int($1.summary.blockCount) }
    if blockCount > 0 { notices.append(.recovered(blockCount: blockCount, spanCount: spanCount)) }
    notices += damage.map(RingNotice.damage)
  }
}
