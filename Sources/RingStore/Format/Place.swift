import TraceModel

/// A place in a ring's files. Checksums of headers and index pages cover it, so that bytes of another ring, slot or
/// offset never pass for those that belong here.
struct Place: Equatable, Sendable {
  var ring: RingID
  var slot: UInt32
  var offset: UInt64

  var bytes: [UInt8] {
    var writer = ByteWriter(ring.bytes)
    writer.fixed(slot)
    writer.fixed(offset)
    return writer.bytes
  }
}
