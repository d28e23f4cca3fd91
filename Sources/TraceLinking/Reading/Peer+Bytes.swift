import TraceModel

// A peer as bytes: direction, then the node (`NodeIdentity+Bytes`). What `SpanBatch.peers` holds.

extension Peer {
  var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.fixed(direction.rawValue)
    identity.encode(into: &writer)
    return writer.bytes
  }

  init(bytes: [UInt8]) throws(CodingError) {
    var reader = ByteReader(bytes)
    guard let direction = Direction(rawValue: try reader.byte()) else { throw .malformed("peer: direction") }
    self.init(identity: try NodeIdentity(from: &reader), direction: direction)
  }
}
