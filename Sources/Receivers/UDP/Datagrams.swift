/// The payloads of datagrams that were read together, in one array that the next read uses again unless somebody keeps it.
package struct Datagrams: Sendable {
  package var bytes: [UInt8]
  /// Where each payload stands in `bytes`; none is empty.
  package var ranges: [Range<Int>]

  package init(bytes: [UInt8], ranges: [Range<Int>]) {
    self.bytes = bytes
    self.ranges = ranges
  }

  package var byteCount: Int { ranges.reduce(0) { $0 + $1.count } }
}
