import CLinux

/// The memory that datagrams are read into, each to a place of its own, and what the last read brought.
struct DatagramBatch {
  /// The longest datagram that fits its place.
  let byteCountMax: Int
  /// Bytes from the beginning of one place to that of the next.
  let stride: Int
  /// The payloads of the last read. Whoever keeps them keeps this memory, and the next read pays for a copy.
  var payloads: Datagrams
  var datagrams: [clinux_datagram]

  /// - Parameter makeBytes: gives so many bytes, whatever they are. Pages that no datagram reaches are better not touched.
  init(limits: ReceiverLimits, makeBytes: (Int) -> [UInt8]) {
    let count = min(max(limits.datagramsPerRead, 1), Int(CLINUX_DATAGRAMS_MAX))
    byteCountMax = limits.datagramByteCountMax
    // Places 64 KiB apart would all fall on the same few lines of every cache.
    stride = limits.datagramByteCountMax + 1353
    payloads = Datagrams(bytes: makeBytes(stride * count), ranges: [])
    payloads.ranges.reserveCapacity(count)
    datagrams = Array(repeating: clinux_datagram(), count: count)
  }

  func isTruncated(_ index: Int) -> Bool { datagrams[index].is_truncated != 0 }

  /// Where a datagram of the last read stands.
  func range(_ index: Int) -> Range<Int> {
    let start = index * stride
    return start..<start + Int(datagrams[index].byte_count)
  }
}
