/// Tokens, each once. None is zero: that marks a free place.
struct TokenSet {
  /// In the order in which they came first.
  private(set) var tokens: [UInt64] = []
  private var slots = [UInt64](repeating: 0, count: 256)

  @inline(__always) mutating func insert(_ token: UInt64) {
    if place(token) { add(token) }
  }

  private mutating func add(_ token: UInt64) {
    tokens.append(token)
    guard tokens.count * 2 > slots.count else { return }
    slots = [UInt64](repeating: 0, count: slots.count * 4)
    for token in tokens { _ = place(token) }
  }

  /// Whether it was not there yet.
  @inline(__always) private mutating func place(_ token: UInt64) -> Bool {
    var slot = Int(truncatingIfNeeded: token) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] == token { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = token
    return true
  }
}
