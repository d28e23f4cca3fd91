/// Numbers byte strings from 0 on in the order in which they come, each once.
struct ByteTable: ~Copyable {
  private var bytes = ByteStack()
  /// Where each one ends; it begins where the one before ends.
  private var ends: [Int] = []
  /// The upper half of a string's hash, and one more than its number; zero where there is none. At most half are used.
  private var slots = [UInt64](repeating: 0, count: Self.slotCountMin)
  private let hash = KeyedHash()

  private static let slotCountMin = 64

  var count: Int { ends.count }
  /// What the strings take.
  var byteCount: Int { bytes.count }

  /// What finding a string has found out.
  struct Place {
    /// Nothing for a string that is not there.
    var number: Int?
    fileprivate var hash: UInt64
  }

  func find(_ range: Range<Int>, of source: RawSpan) -> Place {
    let hash = hash.hash(range, in: source)
    var slot = Int(hash >> 32) & (slots.count &- 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot] & 0xffff_ffff) &- 1
      if slots[slot] >> 32 == hash >> 32 {
        let place = self.range(of: number)
        if place.count == range.count, bytes.holds(range, of: source, at: place.lowerBound) {
          return Place(number: number, hash: hash)
        }
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    return Place(number: nil, hash: hash)
  }

  /// Adds the string for which `find` has found this place, and gives it the next number.
  mutating func add(_ range: Range<Int>, of source: RawSpan, at place: Place) {
    if slots.count < 2 * (count + 1) { grow() }
    bytes.raw(range, of: source)
    ends.append(bytes.count)
    insert((place.hash >> 32) << 32 | UInt64(count))
  }

  /// Where a string stands among the bytes of all.
  @inline(__always)
  func range(of number: Int) -> Range<Int> {
    (number == 0 ? 0 : ends[number &- 1])..<ends[number]
  }

  /// Whether the bytes of all strings have these at an offset.
  @inline(__always)
  func holds(_ range: Range<Int>, of source: RawSpan, at offset: Int) -> Bool {
    bytes.holds(range, of: source, at: offset)
  }

  @inline(__always)
  subscript(offset: Int) -> UInt8 { bytes[offset] }

  /// Appends some of the bytes to others.
  func copy(_ range: Range<Int>, to other: inout ByteStack) { other.raw(range, of: bytes) }

  mutating func removeAll() {
    bytes.clear(keeping: 1 << 10)
    ends = []
    slots = [UInt64](repeating: 0, count: Self.slotCountMin)
  }

  private mutating func insert(_ entry: UInt64) {
    var slot = Int(entry >> 32) & (slots.count &- 1)
    while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
    slots[slot] = entry
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: 2 * old.count)
    for entry in old where entry != 0 { insert(entry) }
  }
}
