/// Plain values one behind the other, for the tables that a block is made with: an array that nobody else can hold, so
/// that a change need not ask who does. Every access is checked.
@safe struct Cells<Element: BitwiseCopyable>: ~Copyable {
  private var memory: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  /// - Parameter capacity: for how many there is room before the first move.
  init(capacity: Int) {
    self.capacity = max(1, capacity)
    unsafe memory = .allocate(capacity: self.capacity)
  }

  init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    unsafe memory.initialize(repeating: element, count: count)
    self.count = count
  }

  deinit { unsafe memory.deallocate() }

  @inline(__always) subscript(position: Int) -> Element {
    get {
      precondition(UInt(bitPattern: position) < UInt(bitPattern: count))
      return unsafe memory[position]
    }
    _modify {
      precondition(UInt(bitPattern: position) < UInt(bitPattern: count))
      yield unsafe &memory[position]
    }
  }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow() }
    unsafe (memory + count).initialize(to: element)
    count += 1
  }

  @inline(never) private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    unsafe larger.initialize(from: memory, count: count)
    unsafe memory.deallocate()
    unsafe memory = unsafe larger
    capacity *= 2
  }

  var array: [Element] { unsafe Array(UnsafeBufferPointer(start: memory, count: count)) }
}

extension Int {
  /// How many places a hash table has for so many entries: a power of two, at least 16 and twice as many.
  var hashPlaceCount: Int { 1 << (64 - Swift.max(2 * self - 1, 15).leadingZeroBitCount) }
}
