/// Writes into memory of a fixed size. What does not fit is not written, and `isSound` is false from then on.
///
/// To be used only while the buffer it was made with lives.
@safe struct ByteOutput {
  private let buffer: UnsafeMutableRawBufferPointer
  private(set) var count = 0
  private(set) var isSound = true

  init(_ buffer: UnsafeMutableRawBufferPointer) {
    unsafe self.buffer = unsafe buffer
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, let target = unsafe buffer.baseAddress else { return }
    guard unsafe bytes.count <= buffer.count - count else {
      isSound = false
      return
    }
    unsafe (target + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// A part of `source`; short ones without a call, in steps of 16 bytes, of which the last may write what the next
  /// overwrites.
  @inline(__always) mutating func append(_ source: UnsafeRawBufferPointer, _ begin: Int, _ end: Int) {
    let length = end - begin
    guard length <= 64, begin + 80 <= source.count, unsafe count + 80 <= buffer.count else {
      return unsafe append(UnsafeRawBufferPointer(rebasing: source[begin..<end]))
    }
    var done = 0
    while done < length {
      let step = unsafe source.loadUnaligned(fromByteOffset: begin + done, as: SIMD2<UInt64>.self)
      unsafe buffer.storeBytes(of: step, toByteOffset: count + done, as: SIMD2<UInt64>.self)
      done += 16
    }
    count += length
  }

  @inline(__always) mutating func append(_ byte: UInt8) {
    guard unsafe count < buffer.count else {
      isSound = false
      return
    }
    unsafe buffer[count] = byte
    count += 1
  }

  @inline(__always) mutating func varint(_ number: Int) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
