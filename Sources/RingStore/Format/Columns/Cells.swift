/// Plain values one behind the other, for the tables that a block is made with: an array that nobody else can hold, so
/// that a change need not ask who does. Every access is checked.
@safe struct Cells<Element: BitwiseCopyable>: ~Copyable {
  private var memory: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  /// - Parameter capacity: for how many there is room before the first move.
  init(capacity: Int = 64) {
    self.capacity = max(1, capacity)
    unsafe memory = .allocate(capacity: self.capacity)
  }

  init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    refill(repeating: element, count: count)
  }

  deinit { unsafe memory.deallocate() }

  /// Begins again with nothing, in the same memory unless that is more than is worth keeping.
  mutating func removeAll() {
    count = 0
    if capacity > Limits.keptCellCountMax { move(to: 1) }
  }

  /// Begins again with these.
  mutating func refill(repeating element: Element, count: Int) {
    removeAll()
    if capacity < count { move(to: count) }
    unsafe memory.initialize(repeating: element, count: count)
    self.count = count
  }

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
    if count == capacity { move(to: capacity * 2) }
    unsafe (memory + count).initialize(to: element)
    count += 1
  }

  @inline(never) private mutating func move(to capacity: Int) {
    let new = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    unsafe new.initialize(from: memory, count: count)
    unsafe memory.deallocate()
    unsafe memory = unsafe new
    self.capacity = capacity
  }

  var array: [Element] { unsafe Array(UnsafeBufferPointer(start: memory, count: count)) }
}

extension Int {
  /// How many places a hash table has for so many entries: a power of two, at least 16 and twice as many.
  var hashPlaceCount: Int { 1 << (64 - Swift.max(2 * self - 1, 15).leadingZeroBitCount) }
}
