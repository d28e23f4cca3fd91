/// Small numbers by 64-bit keys. Open addressing at most half full; nothing is ever removed.
struct NumberTable {
  private struct Entry {
    var key: UInt64
    /// One more than the number; zero where the place is free.
    var place: UInt32
  }

  private var entries: [Entry]
  private(set) var count = 0
  private let mixer = KeyMixer()

  init() {
    entries = Array(repeating: Entry(key: 0, place: 0), count: 16)
  }

  @inline(__always) func number(of key: UInt64) -> Int? {
    let entry = entries[place(of: key)]
    return entry.place == 0 ? nil : Int(entry.place) - 1
  }

  /// - Precondition: the key is not here yet.
  mutating func insert(_ key: UInt64, _ number: Int) {
    if (count + 1) * 2 > entries.count { grow() }
    entries[place(of: key)] = Entry(key: key, place: UInt32(number + 1))
    count += 1
  }

  /// Where the key is, or where it would go.
  @inline(__always) private func place(of key: UInt64) -> Int {
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: mixer.mix(key)) & mask
    while entries[place].place != 0 && entries[place].key != key { place = (place &+ 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = entries
    entries = Array(repeating: Entry(key: 0, place: 0), count: old.count * 2)
    for entry in old where entry.place != 0 { entries[place(of: entry.key)] = entry }
  }
}
