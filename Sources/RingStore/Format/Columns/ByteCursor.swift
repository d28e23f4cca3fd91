/// Reads bytes that may be anything. What would lie past the end reads as zero, and from then on `isSound` is false and
/// nothing is left to read; so a loop over hostile counts ends, and one look at the end tells whether all was well.
///
/// To be used only inside of the `withUnsafeBytes` that gave the buffer.
@safe struct ByteCursor {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset: Int
  private(set) var end: Int
  private(set) var isSound = true

  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.bytes = unsafe bytes
    offset = 0
    end = bytes.count
  }

  /// Goes on with another part of the buffer.
  mutating func enter(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= (unsafe bytes.count))
    (offset, end) = (range.lowerBound, range.upperBound)
  }

  var isAtEnd: Bool { offset == end }
  /// `offset` is never above `end`.
  var remaining: Int { end &- offset }

  mutating func fail() {
    isSound = false
    offset = end
  }

  /// The bytes of a part that has been read.
  func read(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// Reads a text of so many bytes; nothing if that is more than there are.
  @inline(__always) mutating func text(_ byteCount: UInt64) -> ByteText? {
    guard byteCount <= UInt64(truncatingIfNeeded: remaining), let start = unsafe bytes.baseAddress else {
      fail()
      return nil
    }
    let (begin, count) = (offset, Int(truncatingIfNeeded: byteCount))
    offset &+= count
    var head: UInt64 = 0
    if begin &+ 8 <= (unsafe bytes.count) {
      head = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: begin, as: UInt64.self))
      if count < 8 { head &= ~(.max << UInt64(truncatingIfNeeded: 8 &* count)) }
    } else {
      for position in 0..<min(count, 8) {
        head |= UInt64(unsafe bytes[begin &+ position]) << UInt64(8 &* position)
      }
    }
    return unsafe ByteText(start + begin, count: count, head: head)
  }

  @inline(__always) mutating func byte() -> UInt8 {
    guard offset < end else {
      fail()
      return 0
    }
    offset &+= 1
    return unsafe bytes[offset &- 1]
  }

  /// Eight bytes, the lowest first.
  @inline(__always) mutating func word() -> UInt64 {
    guard remaining >= 8 else {
      fail()
      return 0
    }
    offset &+= 8
    return UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset &- 8, as: UInt64.self))
  }

  @inline(__always) mutating func varint() -> UInt64 {
    let first = byte()
    if first < 0x80 { return UInt64(first) }
    let second = byte()
    if second < 0x80 { return UInt64(first & 0x7f) | UInt64(second) << 7 }
    // By value, so that whoever reads on need not keep the cursor in memory.
    let (number, cursor) = longVarint(UInt64(first & 0x7f) | UInt64(second & 0x7f) << 7)
    self = cursor
    return number
  }

  /// - Parameter begun: what the first two bytes say.
  @inline(never) private func longVarint(_ begun: UInt64) -> (UInt64, ByteCursor) {
    var (number, cursor) = (begun, self)
    for shift in stride(from: UInt64(14), to: 64, by: 7) {
      let next = cursor.byte()
      if shift == 63 && next > 1 { break }
      number |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return (number, cursor) }
    }
    cursor.fail()
    return (0, cursor)
  }

  @inline(__always) mutating func skip(_ count: Int) {
    guard count <= remaining else { return fail() }
    offset += count
  }

  /// Skips a count of bytes that was read.
  @inline(__always) mutating func skip(_ count: UInt64) {
    guard count <= UInt64(truncatingIfNeeded: remaining) else { return fail() }
    offset &+= Int(truncatingIfNeeded: count)
  }
}
