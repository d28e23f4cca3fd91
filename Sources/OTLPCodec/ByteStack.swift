/// Bytes to which more are appended, and which are taken back from the end: an array for the hot path, with memory that
/// is its owner's alone, so that nothing is counted or checked for being shared. Every read and write is checked against
/// its bounds.
@safe struct ByteStack: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0

  /// Memory behind the capacity, so that words may be written whole.
  private static let slack = 8

  init(capacity: Int = 1 << 10) {
    self.capacity = capacity
    unsafe memory = .allocate(byteCount: capacity + Self.slack, alignment: 8)
  }

  deinit {
    unsafe memory.deallocate()
  }

  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    let buffer = unsafe UnsafeRawBufferPointer(start: memory, count: count)
    return body(unsafe buffer.bytes)
  }

  func array(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe [UInt8](UnsafeRawBufferPointer(start: memory + range.lowerBound, count: range.count))
  }

  /// Lets go of the bytes behind the first `count`.
  @inline(__always)
  mutating func truncate(to count: Int) {
    precondition((0...self.count).contains(count))
    self.count = count
  }

  /// Lets go of all, and of memory past `byteCount` as well.
  mutating func clear(keeping byteCount: Int) {
    count = 0
    if capacity > byteCount { resize(to: byteCount) }
  }

  @inline(__always)
  private mutating func reserve(_ byteCount: Int) {
    if byteCount > capacity - count { resize(to: max(2 * capacity, count + byteCount)) }
  }

  @inline(never)
  private mutating func resize(to capacity: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity + Self.slack, alignment: 8)
    unsafe larger.copyMemory(from: memory, byteCount: count)
    unsafe memory.deallocate()
    unsafe memory = larger
    self.capacity = capacity
  }
}

// MARK: - Appending, as `ByteWriter` writes it

extension ByteStack {
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  @inline(__always)
  mutating func fixed64(_ number: UInt64) {
    reserve(8)
    unsafe memory.storeBytes(of: number.littleEndian, toByteOffset: count, as: UInt64.self)
    count += 8
  }

  @inline(__always)
  mutating func varint(_ number: UInt64) {
    reserve(10)
    var rest = number
    while rest >= 0x80 {
      unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      count += 1
      rest >>= 7
    }
    unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count += 1
  }

  @inline(__always)
  mutating func zigzag(_ number: Int64) { varint(UInt64(bitPattern: number << 1 ^ number >> 63)) }

  mutating func raw(_ range: Range<Int>, of bytes: RawSpan) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    reserve(range.count)
    unsafe bytes.withUnsafeBytes { source in
      guard let begin = source.baseAddress else { return }
      unsafe (memory + count).copyMemory(from: begin + range.lowerBound, byteCount: range.count)
    }
    count += range.count
  }

  mutating func raw(_ content: [UInt8]) {
    unsafe raw(0..<content.count, of: content.span.bytes)
  }

  mutating func raw(_ range: Range<Int>, of other: borrowing ByteStack) {
    precondition(range.lowerBound >= 0 && range.upperBound <= other.count)
    reserve(range.count)
    unsafe (memory + count).copyMemory(from: other.memory + range.lowerBound, byteCount: range.count)
    count += range.count
  }

  /// Appends bytes that have to be UTF-8.
  /// - Returns: whether they are; if not, they are appended all the same.
  @inline(__always)
  mutating func utf8(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    let (begin, length) = (count, range.count)
    reserve(length)
    count += length
    // Words are read past the end of the text, and written, as long as there are bytes behind it.
    guard length <= Self.shortTextByteCountMax, bytes.byteCount - range.upperBound >= 8 else {
      return longUTF8(range, of: bytes, at: begin)
    }
    var (copied, bits): (Int, UInt64) = (0, 0)
    while length - copied >= 8 {
      let word = bytes.fixed64(at: range.lowerBound + copied)
      unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: begin + copied, as: UInt64.self)
      bits |= word
      copied += 8
    }
    let word = bytes.fixed64(at: range.lowerBound + copied)
    unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: begin + copied, as: UInt64.self)
    // None of it where nothing is left.
    bits |= word & (1 &<< UInt64(8 * (length - copied)) &- 1)
    return bits & 0x8080_8080_8080_8080 == 0 || isUTF8(begin..<count)
  }

  /// Appends a text (`AttributeValue+Content`).
  /// - Throws: if it is not UTF-8.
  @inline(__always)
  mutating func text(_ range: Range<Int>, of bytes: RawSpan) throws(Unusual) {
    varint(UInt64(2 * range.count))
    guard utf8(range, of: bytes) else { throw Unusual() }
  }

  /// Above, memcpy and the standard library take less than going word by word.
  private static let shortTextByteCountMax = 256

  @inline(never)
  private mutating func longUTF8(_ range: Range<Int>, of bytes: RawSpan, at begin: Int) -> Bool {
    count = begin
    raw(range, of: bytes)
    return isUTF8(begin..<count)
  }

  @inline(never)
  private func isUTF8(_ range: Range<Int>) -> Bool {
    let text = unsafe UnsafeRawBufferPointer(start: memory + range.lowerBound, count: range.count)
    do throws(UTF8.ValidationError) {
      _ = try unsafe UTF8Span(validating: text.assumingMemoryBound(to: UInt8.self).span)
      return true
    } catch {
      return false
    }
  }
}

// MARK: - Comparing

extension ByteStack {
  /// Whether the bytes from `offset` on are those of the range. False where there are too few.
  @inline(__always)
  func holds(_ range: Range<Int>, of bytes: RawSpan, at offset: Int) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount && offset >= 0)
    let length = range.count
    guard length <= count - offset else { return false }
    guard bytes.byteCount - range.upperBound >= 8 else { return holdsAtEnd(range, of: bytes, at: offset) }
    var compared = 0
    while length - compared >= 8 {
      let word = unsafe memory.loadUnaligned(fromByteOffset: offset + compared, as: UInt64.self)
      if UInt64(littleEndian: word) != bytes.fixed64(at: range.lowerBound + compared) { return false }
      compared += 8
    }
    // Past the capacity there is slack.
    let word = UInt64(littleEndian: unsafe memory.loadUnaligned(fromByteOffset: offset + compared, as: UInt64.self))
    let difference = word ^ bytes.fixed64(at: range.lowerBound + compared)
    return difference & (1 &<< UInt64(8 * (length - compared)) &- 1) == 0
  }

  @inline(never)
  private func holdsAtEnd(_ range: Range<Int>, of bytes: RawSpan, at offset: Int) -> Bool {
    for position in 0..<range.count {
      let byte = unsafe memory.load(fromByteOffset: offset + position, as: UInt8.self)
      if byte != bytes.byte(at: range.lowerBound + position) { return false }
    }
    return true
  }

  /// - Precondition: `offset` is inside; checked.
  @inline(__always)
  subscript(offset: Int) -> UInt8 {
    get {
      precondition(offset >= 0 && offset < count)
      return unsafe memory.load(fromByteOffset: offset, as: UInt8.self)
    }
    set {
      precondition(offset >= 0 && offset < count)
      unsafe memory.storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self)
    }
  }
}
