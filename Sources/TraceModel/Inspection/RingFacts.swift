/// What a ring says of itself as a whole.
package struct RingFacts: Hashable, Sendable {
  /// 32 lower-case hexadecimal digits, random.
  package var id: String
  package var formatMajor: UInt16
  package var formatMinor: UInt16
  /// What was promised on disk.
  package var capacityByteCount: UInt64
  package var slotCount: Int
  package var slotByteCount: UInt64
  package var createdAt: Timestamp

  package init(
    id: String, formatMajor: UInt16, formatMinor: UInt16, capacityByteCount: UInt64, slotCount: Int,
    slotByteCount: UInt64, createdAt: Timestamp
  ) {
    self.id = id
    self.formatMajor = formatMajor
    self.formatMinor = formatMinor
    self.capacityByteCount = capacityByteCount
    self.slotCount = slotCount
    self.slotByteCount = slotByteCount
    self.createdAt = createdAt
  }
}
