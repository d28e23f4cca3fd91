/// A text where it was found. To be used only while that stays where it is.
@safe struct ByteText {
  private let start: UnsafeRawPointer
  let count: Int
  /// The first eight bytes, the first one low, zeros behind the end. Most texts that differ do so here.
  let head: UInt64

  /// - Precondition: `head` is that of the bytes.
  @inline(__always) init(_ start: UnsafeRawPointer, count: Int, head: UInt64) {
    unsafe self.start = start
    self.count = count
    self.head = head
  }

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }

  /// - Precondition: `offset` is not negative, and 8 less than `count` at the most.
  @inline(__always) private func word(_ offset: Int) -> UInt64 {
    unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always) func isSame(as other: ByteText) -> Bool {
    guard head == other.head, count == other.count else { return false }
    if count <= 8 { return true }
    // Words, the last of which may overlap the one before: shorter than a call for what attributes hold.
    var offset = 8
    while offset < count &- 8 {
      if word(offset) != other.word(offset) { return false }
      offset &+= 8
    }
    return word(count &- 8) == other.word(count &- 8)
  }

  /// Copies it to where there is room for it, and for 8 bytes more.
  @inline(__always) func copy(to target: UnsafeMutableRawPointer) {
    guard count <= 128 else { return unsafe target.copyMemory(from: start, byteCount: count) }
    unsafe target.storeBytes(of: head.littleEndian, as: UInt64.self)
    if count <= 8 { return }
    var offset = 8
    while offset < count &- 8 {
      unsafe target.storeBytes(of: word(offset), toByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    unsafe target.storeBytes(of: word(count &- 8), toByteOffset: count &- 8, as: UInt64.self)
  }

  /// The beginning of it.
  /// - Precondition: `count` is no more than the text has, and 8 at least.
  func prefix(_ count: Int) -> ByteText { unsafe ByteText(start, count: count, head: head) }
}
