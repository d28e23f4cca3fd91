import TraceModel

/// The last page of a slot, written last: its presence says that the segment is sealed.
struct SlotTrailer: Equatable, Sendable {
  var ring: RingID
  var slot: UInt32
  var segment: UInt64
  var summary: SegmentSummary
  var progress: Progress
  var footer: Footer

  static let byteCount = Limits.pageByteCount
  static let magicBytes = Array("SPOOREND".utf8)

  static let magic = Field("magic", at: 0, 8)
  static let segmentField = Field("segno", at: 8, 8)
  static let slotField = Field("slot_no", at: 16, 4)
  static let flagsField = Field("flags", at: 20, 4)
  static let ringField = Field("ring_uuid", at: 24, 16)
  static let spanCountField = Field("n_spans", at: 40, 8)
  static let oldestField = Field("oldest_received_ns", at: 48, 8)
  static let newestField = Field("newest_received_ns", at: 56, 8)
  static let earliestField = Field("min_end_ns", at: 64, 8)
  static let latestField = Field("max_end_ns", at: 72, 8)
  static let lastSequenceField = Field("last_seq", at: 80, 8)
  static let lastChecksumField = Field("last_crc", at: 88, 4)
  static let incarnationField = Field("incarnation", at: 92, 4)
  static let blockCountField = Field("n_blocks", at: 96, 4)
  static let sectionCountField = Field("n_sections", at: 100, 4)
  static let firstSequenceField = Field("first_seq", at: 104, 8)
  static let checksumField = Field("crc", at: 4092, 4)
  static let fields = [
    magic, segmentField, slotField, flagsField, ringField, spanCountField, oldestField, newestField, earliestField,
    latestField, lastSequenceField, lastChecksumField, incarnationField, blockCountField, sectionCountField,
    firstSequenceField, checksumField,
  ]
  static let tableOffset = 112

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.replaceSubrange(0..<8, with: Self.magicBytes)
    bytes.put(segment, in: Self.segmentField)
    bytes.put(slot, in: Self.slotField)
    bytes.put(ring, in: Self.ringField)
    bytes.put(summary.spanCount, in: Self.spanCountField)
    if let times = summary.times {
      bytes.put(times.oldestArrival.unixNanoseconds, in: Self.oldestField)
      bytes.put(times.newestArrival.unixNanoseconds, in: Self.newestField)
      bytes.put(times.earliestEnd.unixNanoseconds, in: Self.earliestField)
      bytes.put(times.latestEnd.unixNanoseconds, in: Self.latestField)
    }
    bytes.put(progress.lastSequence, in: Self.lastSequenceField)
    bytes.put(progress.lastChecksum, in: Self.lastChecksumField)
    bytes.put(progress.incarnation, in: Self.incarnationField)
    bytes.put(summary.blockCount, in: Self.blockCountField)
    bytes.put(summary.firstSequence, in: Self.firstSequenceField)
    let table = footer.table
    bytes.put(UInt32(table.count), in: Self.sectionCountField)
    let tableBytes = table.flatMap { $0.encoded() }
    bytes.replaceSubrange(Self.tableOffset..<Self.tableOffset + tableBytes.count, with: tableBytes)
    bytes.put(Checksum.of(bytes[..<Self.checksumField.offset]), in: Self.checksumField)
    return bytes
  }

  init(from bytes: ArraySlice<UInt8>, ring: RingID, slot: UInt32, layout: SlotLayout) throws(CodingError) {
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.magicBytes),
      bytes.number(Self.checksumField) == Checksum.of(bytes.prefix(Self.checksumField.offset))
    else { throw .malformed("trailer") }
    guard bytes.ringID(Self.ringField) == ring, bytes.number(Self.slotField) == slot else {
      throw .malformed("trailer: of another slot or ring")
    }
    self.ring = ring
    self.slot = slot
    segment = bytes.number(Self.segmentField)
    summary = SegmentSummary(
      spanCount: bytes.number(Self.spanCountField), blockCount: bytes.number(Self.blockCountField),
      firstSequence: bytes.number(Self.firstSequenceField))
    if summary.blockCount > 0 {
      summary.times = SegmentSummary.Times(
        oldestArrival: Timestamp(unixNanoseconds: bytes.number(Self.oldestField)),
        newestArrival: Timestamp(unixNanoseconds: bytes.number(Self.newestField)),
        earliestEnd: Timestamp(unixNanoseconds: bytes.number(Self.earliestField)),
        latestEnd: Timestamp(unixNanoseconds: bytes.number(Self.latestField)))
    }
    progress = Progress(
      lastSequence: bytes.number(Self.lastSequenceField), lastChecksum: bytes.number(Self.lastChecksumField),
      incarnation: bytes.number(Self.incarnationField))
    guard (1...Limits.numberMax).contains(segment), progress.lastSequence <= Limits.numberMax,
      progress.incarnation <= Limits.incarnationMax, summary.spanCount <= UInt64(UInt32.max)
    else { throw .malformed("trailer: numbers") }
    let table = try Section.table(
      Int(bytes.number(Self.sectionCountField) as UInt32), from: bytes.dropFirst(Self.tableOffset),
      within: layout.firstBlockOffset..<layout.trailerOffset)
    footer = try Footer(table)
    guard Int(footer.blockDirectory.storedByteCount) == Int(summary.blockCount) * BlockDescriptor.entryByteCount
    else { throw .malformed("trailer: section lengths") }
  }

  init(ring: RingID, slot: UInt32, segment: Segment, footer: Footer) {
    self.ring = ring
    self.slot = slot
    self.segment = segment.number
    summary = segment.summary
    progress = segment.progress
    self.footer = footer
  }
}
