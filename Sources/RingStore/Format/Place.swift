/// A place in a ring's files. Checksums of headers and index pages cover it, so that bytes of another ring, slot or
/// offset never pass for those that belong here.
struct Place: Equatable, Sendable {
  var ring: RingID
  var slot: UInt32
  var offset: UInt64

  /// As checksums take it in.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.offsetField.end)
    bytes.put(ring, in: Self.ringField)
    bytes.put(slot, in: Self.slotField)
    bytes.put(offset, in: Self.offsetField)
    return bytes
  }

  private static let ringField = Field("ring_uuid", at: 0, 16)
  private static let slotField = Field("slot_no", at: 16, 4)
  private static let offsetField = Field("offset", at: 20, 8)
}
