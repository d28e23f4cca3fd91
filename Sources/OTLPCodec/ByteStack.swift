/// Bytes to which more are appended, and which are taken back from the end: an array for the hot path, with memory that
/// is its owner's alone, so that nothing is counted or checked for being shared. Every read and write is checked against
/// its bounds.
@safe struct ByteStack: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 1 << 10) {
    self.capacity = capacity
    unsafe memory = .allocate(byteCount: capacity, alignment: 8)
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
    if byteCount > capacity &- count { resize(to: max(2 * capacity, count + byteCount)) }
  }

  @inline(never)
  private mutating func resize(to capacity: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
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
    count &+= 1
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
      count &+= 1
      rest &>>= 7
    }
    unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count &+= 1
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
    let length = range.upperBound &- range.lowerBound
    reserve(length)
    let begin = count
    count &+= length
    let target = unsafe memory + begin
    let bits = unsafe bytes.withUnsafeBytes { source -> UInt64 in
      guard let source = source.baseAddress else { return 0 }
      return unsafe Self.copy(length, from: source + range.lowerBound, to: target)
    }
    return bits & 0x8080_8080_8080_8080 == 0 || isUTF8(begin..<count)
  }

  /// Copies bytes and returns all bits that any of them has at its place in a word. In words, of which the last may
  /// overlap the one before: most texts are of a few words, for which memcpy takes longer to begin.
  @inline(__always)
  private static func copy(
    _ length: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
  ) -> UInt64 {
    var bits: UInt64 = 0
    if length >= 8 {
      let last = length &- 8
      var offset = 0
      while offset < last {
        let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        bits |= word
        offset &+= 8
      }
      let word = unsafe source.loadUnaligned(fromByteOffset: last, as: UInt64.self)
      unsafe target.storeBytes(of: word, toByteOffset: last, as: UInt64.self)
      bits |= word
    } else if length >= 4 {
      let first = unsafe source.loadUnaligned(as: UInt32.self)
      let last = unsafe source.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
      unsafe target.storeBytes(of: first, as: UInt32.self)
      unsafe target.storeBytes(of: last, toByteOffset: length &- 4, as: UInt32.self)
      bits = UInt64(first | last)
    } else {
      for offset in 0..<length {
        let byte = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
        unsafe target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        bits |= UInt64(byte)
      }
    }
    return bits
  }

  /// Appends a text (`AttributeValue+Content`).
  /// - Throws: if it is not UTF-8.
  @inline(__always)
  mutating func text(_ range: Range<Int>, of bytes: RawSpan) throws(Unusual) {
    varint(UInt64(truncatingIfNeeded: 2 &* range.count))
    guard utf8(range, of: bytes) else { throw Unusual() }
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
    let length = range.upperBound &- range.lowerBound
    guard length <= count &- offset else { return false }
    let own = unsafe memory + offset
    return unsafe bytes.withUnsafeBytes { other -> Bool in
      guard let other = other.baseAddress else { return true }
      return unsafe Self.isEqual(length, own, other + range.lowerBound)
    }
  }

  /// In words, of which the last may overlap the one before.
  @inline(__always)
  private static func isEqual(_ length: Int, _ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Bool {
    if length >= 8 {
      let last = length &- 8
      var offset = 0
      while offset < last {
        let word = unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if unsafe word != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
        offset &+= 8
      }
      let word = unsafe left.loadUnaligned(fromByteOffset: last, as: UInt64.self)
      return unsafe word == right.loadUnaligned(fromByteOffset: last, as: UInt64.self)
    }
    if length >= 4 {
      let last = length &- 4
      let (first, second) = unsafe (
        left.loadUnaligned(as: UInt32.self), left.loadUnaligned(fromByteOffset: last, as: UInt32.self)
      )
      return unsafe first == right.loadUnaligned(as: UInt32.self)
        && second == right.loadUnaligned(fromByteOffset: last, as: UInt32.self)
    }
    for offset in 0..<length {
      let byte = unsafe left.load(fromByteOffset: offset, as: UInt8.self)
      if unsafe byte != right.load(fromByteOffset: offset, as: UInt8.self) { return false }
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
