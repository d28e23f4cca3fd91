import TraceModel

/// The trace IDs of a block, each once in the order in which they came first, and where each row's stands.
struct TraceTable: ~Copyable {
  /// Two an ID, the high half first.
  private(set) var halves = Cells<UInt64>()
  private(set) var indices = Cells<UInt32>()
  private var slots = Cells<UInt32>()

  var traceIDs: [TraceID] {
    stride(from: 0, to: halves.count, by: 2).map { TraceID(high: halves[$0], low: halves[$0 + 1]) }
  }

  mutating func begin(rowCount: Int) {
    halves.removeAll()
    indices.removeAll()
    slots.refill(repeating: 0, count: rowCount.hashPlaceCount)
  }

  @inline(__always) mutating func append(_ high: UInt64, _ low: UInt64, _ hash: FastHash) {
    var slot = Int(truncatingIfNeeded: hash.hash(high, low)) & (slots.count &- 1)
    while slots[slot] != 0 {
      // By halves, since another module would have to be asked for each comparison.
      let known = Int(slots[slot] &- 1) * 2
      if halves[known] == high, halves[known + 1] == low { break }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    if slots[slot] == 0 {
      halves.append(high)
      halves.append(low)
      slots[slot] = UInt32(halves.count / 2)
    }
    indices.append(slots[slot] &- 1)
  }
}
