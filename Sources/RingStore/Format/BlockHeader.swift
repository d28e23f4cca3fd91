import TraceModel

/// The first bytes of a block, before its section table and sections.
struct BlockHeader: Equatable, Sendable {
  var kind: Kind
  var spanCount: UInt32 = 0
  var segment: UInt64
  /// One more for every block of the ring.
  var sequence: UInt64
  /// Every block up to this was known to be durable when the header was made.
  var durableSequence: UInt64
  /// Section table and sections.
  var payloadByteCount: UInt32 = 0
  /// What the sections take once nothing is compressed.
  var rawByteCount: UInt32 = 0
  var tableChecksum: UInt32 = 0
  /// The header checksum of the block before.
  var previousChecksum: UInt32
  /// One more for every process that appends to the ring.
  var incarnation: UInt32
  var sectionCount: UInt16 = 0
  var receivedAt: Timestamp
  /// Of the block's spans, impossible times included.
  var earliestEnd = Timestamp(unixNanoseconds: 0)
  var latestEnd = Timestamp(unixNanoseconds: 0)
  /// The header's own, as read or as last written.
  private(set) var checksum: UInt32 = 0

  enum Kind: UInt8, Sendable {
    case spans = 1
    /// Nothing but the header: a new process goes on from here.
    case note = 2
    /// Nothing but the header: the process stopped in good order.
    case stop = 4
  }

  static let byteCount = 96
  static let magicNumber: UInt32 = 0x4b4c_4253  // "SBLK"

  static let magic = Field("magic", at: 0, 4)
  static let checksumField = Field("header_crc", at: 4, 4)
  static let kindField = Field("kind", at: 8, 1)
  static let codecField = Field("codec", at: 9, 1)
  static let flagsField = Field("flags", at: 10, 2)
  static let spanCountField = Field("n_spans", at: 12, 4)
  static let segmentField = Field("segno", at: 16, 8)
  static let sequenceField = Field("seq", at: 24, 8)
  static let durableField = Field("durable_seq", at: 32, 8)
  static let payloadField = Field("payload_len", at: 40, 4)
  static let rawField = Field("raw_len", at: 44, 4)
  static let tableField = Field("table_crc", at: 48, 4)
  static let previousField = Field("prev_crc", at: 52, 4)
  static let incarnationField = Field("incarnation", at: 56, 4)
  static let sectionCountField = Field("n_sections", at: 60, 2)
  static let laneField = Field("lane", at: 62, 2)
  static let receivedField = Field("received_ns", at: 64, 8)
  static let earliestField = Field("min_end_ns", at: 72, 8)
  static let latestField = Field("max_end_ns", at: 80, 8)
  static let fields = [
    magic, checksumField, kindField, codecField, flagsField, spanCountField, segmentField, sequenceField, durableField,
    payloadField, rawField, tableField, previousField, incarnationField, sectionCountField, laneField, receivedField,
    earliestField, latestField,
  ]

  /// What the block takes in its slot.
  var blockByteCount: Int { (Self.byteCount + Int(payloadByteCount)).roundedUpToPage }

  mutating func encode(into bytes: inout [UInt8], at place: Place) {
    bytes.put(Self.magicNumber, in: Self.magic)
    bytes.put(kind.rawValue, in: Self.kindField)
    bytes.put(spanCount, in: Self.spanCountField)
    bytes.put(segment, in: Self.segmentField)
    bytes.put(sequence, in: Self.sequenceField)
    bytes.put(durableSequence, in: Self.durableField)
    bytes.put(payloadByteCount, in: Self.payloadField)
    bytes.put(rawByteCount, in: Self.rawField)
    bytes.put(tableChecksum, in: Self.tableField)
    bytes.put(previousChecksum, in: Self.previousField)
    bytes.put(incarnation, in: Self.incarnationField)
    bytes.put(sectionCount, in: Self.sectionCountField)
    bytes.put(receivedAt.unixNanoseconds, in: Self.receivedField)
    bytes.put(earliestEnd.unixNanoseconds, in: Self.earliestField)
    bytes.put(latestEnd.unixNanoseconds, in: Self.latestField)
    checksum = Self.checksum(of: bytes[..<Self.byteCount], at: place)
    bytes.put(checksum, in: Self.checksumField)
  }

  /// Whether bytes begin like a block, checked or not.
  static func hasMagic(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count >= Self.byteCount && bytes.number(Self.magic) == Self.magicNumber
  }

  /// Reads the header at the beginning of `bytes`, which may be longer.
  init(from bytes: ArraySlice<UInt8>, at place: Place, layout: SlotLayout) throws(CodingError) {
    guard Self.hasMagic(bytes) else { throw .malformed("block: no header") }
    checksum = bytes.number(Self.checksumField)
    guard checksum == Self.checksum(of: bytes.prefix(Self.byteCount), at: place) else {
      throw .malformed("block: header checksum")
    }
    guard let kind = Kind(rawValue: bytes.number(Self.kindField)), bytes.number(Self.codecField) == UInt8(0),
      bytes.number(Self.flagsField) == UInt16(0)
    else { throw .malformed("block: of a newer format") }
    self.kind = kind
    spanCount = bytes.number(Self.spanCountField)
    segment = bytes.number(Self.segmentField)
    sequence = bytes.number(Self.sequenceField)
    durableSequence = bytes.number(Self.durableField)
    payloadByteCount = bytes.number(Self.payloadField)
    rawByteCount = bytes.number(Self.rawField)
    tableChecksum = bytes.number(Self.tableField)
    previousChecksum = bytes.number(Self.previousField)
    incarnation = bytes.number(Self.incarnationField)
    sectionCount = bytes.number(Self.sectionCountField)
    receivedAt = Timestamp(unixNanoseconds: bytes.number(Self.receivedField))
    earliestEnd = Timestamp(unixNanoseconds: bytes.number(Self.earliestField))
    latestEnd = Timestamp(unixNanoseconds: bytes.number(Self.latestField))
    guard sequence <= Limits.numberMax, segment <= Limits.numberMax, incarnation <= Limits.incarnationMax,
      sectionCount <= Limits.sectionCountMax, spanCount <= Limits.blockSpanCountMax,
      Int(sectionCount) * Section.byteCount <= Int(payloadByteCount), payloadByteCount <= Limits.blockByteCountMax,
      place.offset <= layout.trailerOffset, UInt64(blockByteCount) <= layout.trailerOffset - place.offset
    else { throw .malformed("block: lengths") }
  }

  init(
    kind: Kind, segment: UInt64, sequence: UInt64, durableSequence: UInt64, previousChecksum: UInt32,
    incarnation: UInt32, receivedAt: Timestamp
  ) {
    self.kind = kind
    self.segment = segment
    self.sequence = sequence
    self.durableSequence = durableSequence
    self.previousChecksum = previousChecksum
    self.incarnation = incarnation
    self.receivedAt = receivedAt
  }

  private static func checksum(of header: ArraySlice<UInt8>, at place: Place) -> UInt32 {
    var checksum = Checksum()
    checksum.add(header.dropFirst(checksumField.end))
    checksum.add(place.bytes)
    return checksum.value
  }
}
