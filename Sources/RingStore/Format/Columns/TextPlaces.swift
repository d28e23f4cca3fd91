/// Where texts stand in a list of entries, by their hashes.
struct TextPlaces: ~Copyable {
  /// One more than an entry's position, under the upper half of its hash, which also chose the slot.
  private var slots = Cells<UInt64>()

  /// Begins again with nothing.
  /// - Parameter count: about how many entries there will be.
  mutating func removeAll(likely count: Int) { slots.refill(repeating: 0, count: count.hashPlaceCount) }

  /// The slot where a text stands, or has to be put.
  @inline(__always)
  func slot(
    of text: ByteText, _ hash: UInt64, _ entries: borrowing Cells<TextTable.Entry>, _ arena: borrowing ByteArena
  ) -> Int {
    let (mark, mask) = (hash >> 32, slots.count &- 1)
    var slot = Int(mark) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == mark,
        entries[Int(slots[slot] & 0xffff_ffff) &- 1].text(in: arena).isSame(as: text)
      {
        break
      }
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  /// The position of the entry that stands in a slot.
  @inline(__always) func position(at slot: Int) -> Int? {
    slots[slot] == 0 ? nil : Int(slots[slot] & 0xffff_ffff) &- 1
  }

  /// - Returns: the position of the entry.
  @inline(__always)
  mutating func add(
    _ entry: TextTable.Entry, _ hash: UInt64, at slot: Int, to entries: inout Cells<TextTable.Entry>
  ) -> Int {
    entries.append(entry)
    slots[slot] = (hash >> 32) << 32 | UInt64(truncatingIfNeeded: entries.count)
    if entries.count &* 2 > slots.count { grow() }
    return entries.count &- 1
  }

  @inline(never) private mutating func grow() {
    var old = Cells<UInt64>(repeating: 0, count: slots.count * 2)
    swap(&old, &slots)
    for place in 0..<old.count where old[place] != 0 {
      var slot = Int(old[place] >> 32) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = old[place]
    }
  }
}
