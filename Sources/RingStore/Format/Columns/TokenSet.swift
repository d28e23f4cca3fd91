/// The tokens of a block, as filters keep them. Those that are inserted come once; zero may come again, since it marks a
/// free place.
struct TokenSet: ~Copyable {
  private var list = Cells<UInt32>()
  private var slots = Cells<UInt32>(repeating: 0, count: 128)
  private var placedCount = 0

  mutating func removeAll() {
    list.removeAll()
    slots.refill(repeating: 0, count: 128)
    placedCount = 0
  }

  /// In the order in which they came.
  var tokens: [UInt32] { list.array }

  /// For one that is known to be new, or to come once too often at most.
  @inline(__always) mutating func append(_ token: UInt64) { list.append(UInt32(truncatingIfNeeded: token)) }

  @inline(__always) mutating func insert(_ token: UInt64) {
    if place(UInt32(truncatingIfNeeded: token)) {
      append(token)
      placedCount += 1
      if placedCount * 2 > slots.count { grow() }
    }
  }

  /// Whether it was not there yet.
  @inline(__always) private mutating func place(_ token: UInt32) -> Bool {
    var slot = Int(token) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] == token { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = token
    return true
  }

  @inline(never) private mutating func grow() {
    var old = Cells<UInt32>(repeating: 0, count: slots.count * 4)
    swap(&old, &slots)
    for slot in 0..<old.count where old[slot] != 0 { _ = place(old[slot]) }
  }
}
