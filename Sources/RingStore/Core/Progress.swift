/// How far the numbers of a segment, or of the whole ring, have got.
struct Progress: Equatable, Sendable {
  var lastSequence: UInt64 = 0
  /// The header checksum of the block of that number.
  var lastChecksum: UInt32 = 0
  var incarnation: UInt32 = 0

  mutating func advance(to other: Progress) {
    if other.lastSequence >= lastSequence {
      (lastSequence, lastChecksum) = (other.lastSequence, other.lastChecksum)
    }
    incarnation = max(incarnation, other.incarnation)
  }
}
