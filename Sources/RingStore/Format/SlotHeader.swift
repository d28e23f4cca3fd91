import TraceModel

/// The first page of a slot: which segment lives here. Durable before the segment's first block is written.
struct SlotHeader: Equatable, Sendable {
  var ring: RingID
  var slot: UInt32
  /// The segment's number, one more for every slot that is opened.
  var segment: UInt64
  /// The number that the segment's first block bears.
  var firstSequence: UInt64
  /// The header checksum of the block before it, in the segment before.
  var previousChecksum: UInt32
  /// Of the process that opened the slot.
  var incarnation: UInt32
  var openedAt: Timestamp
  /// Segments of lower numbers had been let go by then. Their slots may not have been written over.
  var oldestSegment: UInt64
  /// The minor version that the segment was begun in.
  var formatMinor = Superblock.formatMinor
  /// Whether this program understands what lives in the slot. If not, the slot keeps its place among the segments until
  /// its turn to be reused comes: `segno` stands where it stands in every version.
  var isReadable = true
  /// Whether it may add to the segment, too.
  var isWritable = true

  /// Whether the segment's attribute filter knows the elements of lists.
  var hasListTokens: Bool { formatMinor >= 1 }

  static let byteCount = Limits.pageByteCount
  static let magicBytes = Array("SPOORSLT".utf8)
  /// Spans as they came. 2 (tidied) and 3 (rollup) are reserved.
  static let kind: UInt8 = 1

  static let magic = Field("magic", at: 0, 8)
  static let majorField = Field("format_major", at: 8, 2)
  static let minorField = Field("format_minor", at: 10, 2)
  static let compatibleField = Field("compat_flags", at: 12, 4)
  static let incompatibleField = Field("incompat_flags", at: 16, 4)
  static let slotField = Field("slot_no", at: 20, 4)
  static let ringField = Field("ring_uuid", at: 24, 16)
  static let segmentField = Field("segno", at: 40, 8)
  static let kindField = Field("kind", at: 48, 1)
  static let laneField = Field("lane", at: 50, 2)
  static let coversFirstField = Field("covers_first", at: 56, 8)
  static let coversLastField = Field("covers_last", at: 64, 8)
  static let firstSequenceField = Field("first_seq", at: 72, 8)
  static let previousField = Field("prev_crc", at: 80, 4)
  static let incarnationField = Field("incarnation", at: 84, 4)
  static let openedField = Field("opened_ns", at: 88, 8)
  static let oldestField = Field("oldest_segno", at: 96, 8)
  static let checksumField = Field("crc", at: 4092, 4)
  static let fields = [
    magic, majorField, minorField, compatibleField, incompatibleField, slotField, ringField, segmentField, kindField,
    laneField, coversFirstField, coversLastField, firstSequenceField, previousField, incarnationField, openedField,
    oldestField, checksumField,
  ]

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.replaceSubrange(0..<8, with: Self.magicBytes)
    bytes.put(Superblock.formatMajor, in: Self.majorField)
    bytes.put(formatMinor, in: Self.minorField)
    bytes.put(slot, in: Self.slotField)
    bytes.put(ring, in: Self.ringField)
    bytes.put(segment, in: Self.segmentField)
    bytes.put(Self.kind, in: Self.kindField)
    bytes.put(segment, in: Self.coversFirstField)
    bytes.put(segment, in: Self.coversLastField)
    bytes.put(firstSequence, in: Self.firstSequenceField)
    bytes.put(previousChecksum, in: Self.previousField)
    bytes.put(incarnation, in: Self.incarnationField)
    bytes.put(openedAt.unixNanoseconds, in: Self.openedField)
    bytes.put(oldestSegment, in: Self.oldestField)
    bytes.put(Checksum.of(bytes[..<Self.checksumField.offset]), in: Self.checksumField)
    return bytes
  }

  init(from bytes: ArraySlice<UInt8>, ring: RingID, slot: UInt32) throws(CodingError) {
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.magicBytes),
      bytes.number(Self.checksumField) == Checksum.of(bytes.prefix(Self.checksumField.offset))
    else { throw .malformed("slot header") }
    isReadable =
      bytes.number(Self.majorField) == Superblock.formatMajor && bytes.number(Self.incompatibleField) == UInt32(0)
      && bytes.number(Self.kindField) == Self.kind
    isWritable = isReadable && bytes.number(Self.compatibleField) == UInt32(0)
    guard bytes.ringID(Self.ringField) == ring, bytes.number(Self.slotField) == slot else {
      throw .malformed("slot header: of another slot or ring")
    }
    self.ring = ring
    self.slot = slot
    segment = bytes.number(Self.segmentField)
    firstSequence = bytes.number(Self.firstSequenceField)
    previousChecksum = bytes.number(Self.previousField)
    incarnation = bytes.number(Self.incarnationField)
    openedAt = Timestamp(unixNanoseconds: bytes.number(Self.openedField))
    oldestSegment = bytes.number(Self.oldestField)
    formatMinor = bytes.number(Self.minorField)
    guard (1...Limits.numberMax).contains(segment), firstSequence <= Limits.numberMax,
      incarnation <= Limits.incarnationMax
    else { throw .malformed("slot header: numbers") }
  }

  init(
    ring: RingID, slot: UInt32, segment: UInt64, firstSequence: UInt64, previousChecksum: UInt32, incarnation: UInt32,
    openedAt: Timestamp, oldestSegment: UInt64
  ) {
    self.ring = ring
    self.slot = slot
    self.segment = segment
    self.firstSequence = firstSequence
    self.previousChecksum = previousChecksum
    self.incarnation = incarnation
    self.openedAt = openedAt
    self.oldestSegment = oldestSegment
  }
}
