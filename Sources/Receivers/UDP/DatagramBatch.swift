import CLinux
import NIOCore

/// The datagrams of one read, side by side in one buffer that every read uses again.
struct DatagramBatch {
  /// Bytes from the beginning of one datagram to that of the next.
  let stride: Int
  var buffer: ByteBuffer
  var datagrams: [clinux_datagram]

  init(limits: ReceiverLimits) {
    let count = min(max(limits.datagramsPerRead, 1), Int(CLINUX_DATAGRAMS_MAX))
    stride = limits.datagramByteCountMax
    buffer = ByteBufferAllocator().buffer(capacity: stride * count)
    datagrams = Array(repeating: clinux_datagram(), count: count)
  }

  func isTruncated(_ index: Int) -> Bool { datagrams[index].is_truncated != 0 }

  /// The bytes of a datagram of the last read, sharing memory with the buffer.
  func payload(_ index: Int) -> ByteBuffer {
    buffer.getSlice(at: index * stride, length: Int(datagrams[index].byte_count)) ?? ByteBuffer()
  }
}
