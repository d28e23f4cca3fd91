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
  var remaining: Int { end - offset }

  mutating func fail() {
    isSound = false
    offset = end
  }

  /// The bytes of a part that has been read.
  func read(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// The first eight of the last `count` bytes that have been read; zeros behind their end.
  @inline(__always) func head(of count: Int) -> UInt64 {
    let begin = offset &- count
    if begin &+ 8 <= (unsafe bytes.count) {
      let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: begin, as: UInt64.self))
      return count >= 8 ? word : word & ~(.max << UInt64(truncatingIfNeeded: 8 &* count))
    }
    var word: UInt64 = 0
    for position in 0..<count { word |= UInt64(unsafe bytes[begin &+ position]) << UInt64(8 * position) }
    return word
  }

  @inline(__always) mutating func byte() -> UInt8 {
    guard offset < end else {
      fail()
      return 0
    }
    offset += 1
    return unsafe bytes[offset - 1]
  }

  /// Eight bytes, the lowest first.
  @inline(__always) mutating func word() -> UInt64 {
    guard remaining >= 8 else {
      fail()
      return 0
    }
    offset += 8
    return UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset - 8, as: UInt64.self))
  }

  @inline(__always) mutating func varint() -> UInt64 {
    let first = byte()
    return first < 0x80 ? UInt64(first) : longVarint(first)
  }

  private mutating func longVarint(_ first: UInt8) -> UInt64 {
    var number = UInt64(first & 0x7f)
    for shift in stride(from: UInt64(7), to: 64, by: 7) {
      let next = byte()
      if shift == 63 && next > 1 { break }
      number |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return number }
    }
    fail()
    return 0
  }

  @inline(__always) mutating func skip(_ count: Int) {
    guard count <= remaining else { return fail() }
    offset += count
  }

  /// Skips a count of bytes that was read.
  @inline(__always) mutating func skip(_ count: UInt64) {
    guard count <= UInt64(remaining) else { return fail() }
    offset += Int(count)
  }
}
