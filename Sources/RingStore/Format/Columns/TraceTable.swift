import TraceModel

/// The trace IDs of a column, each once in the order in which they came first, and where each row's stands.
struct TraceTable {
  let traceIDs: [TraceID]
  let indices: [UInt32]

  init(_ column: [TraceID], _ hash: FastHash) {
    // By halves, since another module would have to be asked for each comparison.
    var halves = Cells<UInt64>(capacity: 256)
    var indices = Cells<UInt32>(capacity: column.count)
    var slots = Cells<UInt32>(repeating: 0, count: column.count.hashPlaceCount)
    for traceID in column {
      var slot = Int(truncatingIfNeeded: hash.hash(traceID.high, traceID.low)) & (slots.count - 1)
      while slots[slot] != 0 {
        let known = Int(slots[slot] - 1) * 2
        if halves[known] == traceID.high, halves[known + 1] == traceID.low { break }
        slot = (slot + 1) & (slots.count - 1)
      }
      if slots[slot] == 0 {
        halves.append(traceID.high)
        halves.append(traceID.low)
        slots[slot] = UInt32(halves.count / 2)
      }
      indices.append(slots[slot] - 1)
    }
    traceIDs = stride(from: 0, to: halves.count, by: 2).map { TraceID(high: halves[$0], low: halves[$0 + 1]) }
    self.indices = indices.array
  }
}
