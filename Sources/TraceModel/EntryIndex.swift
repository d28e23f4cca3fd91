/// Finds the entries of a table by their hashes: open addressing, at most half full. What an entry is, its table knows.
struct EntryIndex: Sendable {
  /// The upper half of an entry's hash, and one more than its position; zero where there is none.
  private var slots: [UInt64] = []
  /// How many entries it knows: those at the positions below.
  private(set) var count = 0

  /// The position of the entry with this hash for which `isSame` holds.
  func position(_ hash: UInt64, where isSame: (Int) -> Bool) -> UInt32? {
    if slots.isEmpty { return nil }
    var slot = Int(hash >> 32) & (slots.count - 1)
    while slots[slot] != 0 {
      let position = UInt32(truncatingIfNeeded: slots[slot]) - 1
      if slots[slot] >> 32 == hash >> 32 && isSame(Int(position)) { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds the entry at the position that follows.
  mutating func append(_ hash: UInt64) {
    if slots.count < 2 * (count + 1) { grow() }
    count += 1
    insert((hash >> 32) << 32 | UInt64(count))
  }

  private mutating func insert(_ entry: UInt64) {
    var slot = Int(entry >> 32) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = entry
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: max(8, old.count * 2))
    for entry in old where entry != 0 { insert(entry) }
  }
}

/// Hashes for `EntryIndex`, with Swift's own key, so that nobody can choose entries that collide.
enum EntryHash {
  static func of(_ text: String) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(text)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// An array's own hash takes its bytes one after another, which takes several times as long.
  static func of(_ bytes: [UInt8]) -> UInt64 {
    var hasher = Hasher()
    var offset = 0
    while bytes.count - offset >= 8 {
      var word: UInt64 = 0
      for place in 0..<8 { word |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
      hasher.combine(word)
      offset += 8
    }
    for byte in bytes[offset...] { hasher.combine(byte) }
    hasher.combine(bytes.count)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
