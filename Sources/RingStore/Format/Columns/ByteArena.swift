/// Bytes one behind the other, in memory that is used again and again. Only grows until it begins anew.
@safe struct ByteArena: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity = 4096
  private(set) var count = 0

  /// So much may be read and written behind the end: by whole words.
  static let slack = 8

  init() {
    unsafe memory = .allocate(byteCount: capacity + Self.slack, alignment: 16)
  }

  deinit { unsafe memory.deallocate() }

  /// Begins again with nothing, in the same memory unless that is more than is worth keeping.
  mutating func removeAll() {
    count = 0
    if capacity > Limits.keptByteCountMax { move(to: 4096) }
  }

  /// - Returns: where the bytes begin.
  @discardableResult
  @inline(__always) mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
    let begin = count
    if let source = bytes.baseAddress {
      unsafe room(bytes.count).baseAddress?.copyMemory(from: source, byteCount: bytes.count)
      count += bytes.count
    }
    return begin
  }

  /// The same for a text, most of which are short.
  @inline(__always) mutating func append(_ text: ByteText) -> Int {
    if let room = unsafe room(text.count).baseAddress { unsafe text.copy(to: room) }
    count += text.count
    return count - text.count
  }

  @discardableResult
  mutating func append(_ bytes: [UInt8]) -> Int { unsafe bytes.withUnsafeBytes { unsafe append($0) } }

  /// Has `write` fill room for at most so many bytes, and say how many it took.
  @inline(__always)
  mutating func append(atMost byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
    let room = unsafe room(byteCount)
    let written = unsafe write(room)
    precondition(written >= 0 && written <= byteCount)
    count += written
  }

  /// Room for so many bytes behind those that are there, and the slack.
  @inline(__always) private mutating func room(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    if capacity &- count < byteCount { move(to: max(capacity * 2, count + byteCount)) }
    return unsafe UnsafeMutableRawBufferPointer(start: memory + count, count: byteCount + Self.slack)
  }

  @inline(never) private mutating func move(to capacity: Int) {
    let new = UnsafeMutableRawPointer.allocate(byteCount: capacity + Self.slack, alignment: 16)
    unsafe new.copyMemory(from: memory, byteCount: count)
    unsafe memory.deallocate()
    unsafe memory = unsafe new
    self.capacity = capacity
  }

  /// To be used only until the next bytes are added.
  @inline(__always) subscript(begin: Int, byteCount: Int) -> UnsafeRawBufferPointer {
    precondition(begin >= 0 && byteCount >= 0 && begin <= count - byteCount)
    return unsafe UnsafeRawBufferPointer(start: memory + begin, count: byteCount)
  }

  /// A text that was added, likewise.
  @inline(__always) func text(_ begin: Int, count: Int, head: UInt64) -> ByteText {
    precondition(begin >= 0 && count >= 0 && begin <= self.count - count)
    return unsafe ByteText(UnsafeRawPointer(memory) + begin, count: count, head: head)
  }

  /// All of them, likewise.
  var bytes: UnsafeRawBufferPointer { unsafe self[0, count] }
}
