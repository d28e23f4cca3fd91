/// Parents as rows, since most are in the same block: 0 for none, r + 1 for the span of row r, n + 1 + f for entry f of
/// the list of parents that are elsewhere, n being the number of rows.
struct ParentTable: ~Copyable {
  /// The spans' IDs, then those of parents elsewhere.
  private(set) var ids = Cells<UInt64>()
  private(set) var codes = Cells<UInt32>()
  private var slots = Cells<UInt32>()

  mutating func begin(rowCount: Int) {
    ids.removeAll()
    codes.removeAll()
    slots.refill(repeating: 0, count: (rowCount * 2).hashPlaceCount)
  }

  /// All spans come before the first parent.
  @inline(__always) mutating func append(spanID: UInt64, _ hash: FastHash) {
    ids.append(spanID)
    let slot = slot(of: spanID, hash)
    if slots[slot] == 0 { slots[slot] = UInt32(ids.count) }
  }

  @inline(__always) mutating func append(parent: UInt64, _ hash: FastHash) {
    if parent == 0 { return codes.append(0) }
    let slot = slot(of: parent, hash)
    if slots[slot] == 0 {
      ids.append(parent)
      slots[slot] = UInt32(ids.count)
    }
    codes.append(slots[slot])
  }

  /// Where the code of an ID stands, or has to be put.
  @inline(__always) private func slot(of id: UInt64, _ hash: FastHash) -> Int {
    var slot = Int(truncatingIfNeeded: hash.hash(id)) & (slots.count &- 1)
    while slots[slot] != 0, ids[Int(slots[slot]) &- 1] != id { slot = (slot &+ 1) & (slots.count &- 1) }
    return slot
  }
}
