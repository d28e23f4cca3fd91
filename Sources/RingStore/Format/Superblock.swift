import TraceModel

/// What the whole ring agrees on: the file `RING`, one page written twice. Only opening rewrites it.
struct Superblock: Equatable, Sendable {
  var major: UInt16 = Self.formatMajor
  var minor: UInt16 = Self.formatMinor
  /// Features that a reader without them may ignore, and a writer may not.
  var compatibleFlags: UInt32 = 0
  /// Features without which the ring cannot be read.
  var incompatibleFlags: UInt32 = 0
  var ring: RingID
  /// Keys the hash of trace IDs, so that nobody outside can choose IDs that collide.
  var hashKey: HashKey
  var layout: SlotLayout
  var slotCount: UInt32
  var createdAt: Timestamp
  /// What was asked for; the slots together are at most this.
  var capacity: UInt64

  static let formatMajor: UInt16 = 2
  static let formatMinor: UInt16 = 1
  static let byteCount = Limits.pageByteCount
  static let copyCount = 2
  static let magicBytes = Array("SPOORRNG".utf8)

  static let magic = Field("magic", at: 0, 8)
  static let majorField = Field("format_major", at: 8, 2)
  static let minorField = Field("format_minor", at: 10, 2)
  static let compatibleField = Field("compat_flags", at: 12, 4)
  static let incompatibleField = Field("incompat_flags", at: 16, 4)
  static let ringField = Field("ring_uuid", at: 24, 16)
  static let hashKeyField = Field("hash_key", at: 40, 16)
  static let slotByteCountField = Field("slot_size", at: 56, 8)
  static let slotCountField = Field("slot_count", at: 64, 4)
  static let createdField = Field("created_ns", at: 72, 8)
  static let capacityField = Field("capacity", at: 80, 8)
  static let checksumField = Field("crc", at: 4092, 4)
  static let fields = [
    magic, majorField, minorField, compatibleField, incompatibleField, ringField, hashKeyField, slotByteCountField,
    slotCountField, createdField, capacityField, checksumField,
  ]

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.replaceSubrange(0..<8, with: Self.magicBytes)
    bytes.put(major, in: Self.majorField)
    bytes.put(minor, in: Self.minorField)
    bytes.put(compatibleFlags, in: Self.compatibleField)
    bytes.put(incompatibleFlags, in: Self.incompatibleField)
    bytes.put(ring, in: Self.ringField)
    bytes.put(RingID(high: hashKey.high, low: hashKey.low), in: Self.hashKeyField)
    bytes.put(layout.slotByteCount, in: Self.slotByteCountField)
    bytes.put(slotCount, in: Self.slotCountField)
    bytes.put(createdAt.unixNanoseconds, in: Self.createdField)
    bytes.put(capacity, in: Self.capacityField)
    bytes.put(Checksum.of(bytes[..<Self.checksumField.offset]), in: Self.checksumField)
    return bytes
  }

  /// - Throws: `.newerFormat` or `.olderFormat` for a version this program cannot read, `.superblockDamaged` for anything
  ///   that is not a superblock. `path` is for the message.
  init(from bytes: ArraySlice<UInt8>, path: String) throws(RingError) {
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.magicBytes),
      bytes.number(Self.checksumField) == Checksum.of(bytes.prefix(Self.checksumField.offset))
    else { throw .superblockDamaged(path: path) }
    major = bytes.number(Self.majorField)
    minor = bytes.number(Self.minorField)
    compatibleFlags = bytes.number(Self.compatibleField)
    incompatibleFlags = bytes.number(Self.incompatibleField)
    guard major <= Self.formatMajor, incompatibleFlags == 0 else {
      throw .newerFormat(path: path, major: major, minor: minor)
    }
    guard major == Self.formatMajor else { throw .olderFormat(path: path, major: major, minor: minor) }
    ring = bytes.ringID(Self.ringField)
    let key = bytes.ringID(Self.hashKeyField)
    hashKey = HashKey(high: key.high, low: key.low)
    layout = SlotLayout(slotByteCount: bytes.number(Self.slotByteCountField))
    slotCount = bytes.number(Self.slotCountField)
    createdAt = Timestamp(unixNanoseconds: bytes.number(Self.createdField))
    capacity = bytes.number(Self.capacityField)
    guard layout.isValid, (Limits.slotCountMin...Limits.slotCountMax).contains(UInt64(slotCount)) else {
      throw .superblockDamaged(path: path)
    }
  }

  init(ring: RingID, hashKey: HashKey, layout: SlotLayout, slotCount: UInt32, createdAt: Timestamp, capacity: UInt64) {
    self.ring = ring
    self.hashKey = hashKey
    self.layout = layout
    self.slotCount = slotCount
    self.createdAt = createdAt
    self.capacity = capacity
  }
}
