import TraceModel

/// The random name of a ring, and the secret half of every checksum that says where bytes belong.
struct RingID: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.fixed(high)
    writer.fixed(low)
    return writer.bytes
  }
}
