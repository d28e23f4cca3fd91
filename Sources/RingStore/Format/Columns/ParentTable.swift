import TraceModel

/// Parents as rows, since most are in the same block: 0 for none, r + 1 for the span of row r, n + 1 + f for entry f of
/// the list of parents that are elsewhere, n being the number of rows.
struct ParentTable {
  let codes: [UInt32]
  private(set) var foreign: [SpanID] = []

  init(spanIDs: [SpanID], parents: [SpanID], _ hash: FastHash) {
    var known = Cells<UInt64>(capacity: spanIDs.count * 2)
    var slots = Cells<UInt32>(repeating: 0, count: (spanIDs.count * 2).hashPlaceCount)
    /// Where the code of an ID stands, or has to be put.
    func slot(of id: UInt64, _ slots: borrowing Cells<UInt32>, _ known: borrowing Cells<UInt64>) -> Int {
      var slot = Int(truncatingIfNeeded: hash.hash(id)) & (slots.count - 1)
      while slots[slot] != 0, known[Int(slots[slot]) - 1] != id { slot = (slot + 1) & (slots.count - 1) }
      return slot
    }
    for spanID in spanIDs {
      known.append(spanID.rawValue)
      let slot = slot(of: spanID.rawValue, slots, known)
      if slots[slot] == 0 { slots[slot] = UInt32(known.count) }
    }
    var codes = Cells<UInt32>(capacity: parents.count)
    for parent in parents {
      guard !parent.isZero else {
        codes.append(0)
        continue
      }
      let slot = slot(of: parent.rawValue, slots, known)
      if slots[slot] == 0 {
        foreign.append(parent)
        known.append(parent.rawValue)
        slots[slot] = UInt32(known.count)
      }
      codes.append(slots[slot])
    }
    self.codes = codes.array
  }
}
