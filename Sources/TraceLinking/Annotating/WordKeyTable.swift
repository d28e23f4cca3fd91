/// Numbers by keys of a few words. Open addressing at most half full; nothing is ever removed.
struct WordKeyTable {
  private struct Entry {
    var begin: UInt32
    var wordCount: UInt32
    var hash: UInt64
    var number: Int
  }

  private var words: [UInt64] = []
  private var entries: [Entry] = []
  /// One more than the position of an entry, behind half of its hash; zero where the place is free.
  private var slots = [UInt64](repeating: 0, count: 64)
  private let mixer = KeyMixer()

  /// About what an entry takes beside its words.
  private static let entryByteCount = 48

  @inline(__always) func number(of key: WordKey) -> Int? {
    let hash = mixer.mix(key)
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 {
      if slots[place] >> 32 == hash >> 32 {
        let entry = entries[Int(slots[place] & 0xffff_ffff) - 1]
        if isKey(key, of: entry) { return entry.number }
      }
      place = (place + 1) & mask
    }
    return nil
  }

  @inline(__always) private func isKey(_ key: WordKey, of entry: Entry) -> Bool {
    guard Int(entry.wordCount) == key.count else { return false }
    let words = words.span
    for place in 0..<key.count where words[Int(entry.begin) &+ place] != key[place] { return false }
    return true
  }

  /// - Precondition: the key is not here yet.
  /// - Returns: about what it takes, in bytes.
  mutating func insert(_ key: WordKey, as number: Int) -> Int {
    if (entries.count + 1) * 2 > slots.count { grow() }
    let entry = Entry(
      begin: UInt32(words.count), wordCount: UInt32(key.count), hash: mixer.mix(key), number: number)
    for place in 0..<key.count { words.append(key[place]) }
    entries.append(entry)
    put(entry.hash, UInt64(entries.count))
    return key.count * 8 + Self.entryByteCount
  }

  private mutating func put(_ hash: UInt64, _ number: UInt64) {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 { place = (place + 1) & mask }
    slots[place] = hash & ~0xffff_ffff | number
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (position, entry) in entries.enumerated() { put(entry.hash, UInt64(position + 1)) }
  }
}
