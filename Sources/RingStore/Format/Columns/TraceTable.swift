import TraceModel

/// The trace IDs of a column, each once in the order in which they came first, and where each row's stands.
struct TraceTable {
  private(set) var traceIDs: [TraceID] = []
  private(set) var indices: [UInt32] = []

  init(_ column: [TraceID], _ hash: FastHash) {
    indices.reserveCapacity(column.count)
    let slotCount = (column.count * 2).roundedUpToPowerOfTwo
    var slots = [UInt32](repeating: 0, count: slotCount)
    for traceID in column {
      var slot = Int(truncatingIfNeeded: hash.hash(traceID.high, traceID.low)) & (slotCount - 1)
      while slots[slot] != 0, traceIDs[Int(slots[slot]) - 1] != traceID { slot = (slot + 1) & (slotCount - 1) }
      if slots[slot] == 0 {
        traceIDs.append(traceID)
        slots[slot] = UInt32(traceIDs.count)
      }
      indices.append(slots[slot] - 1)
    }
  }
}

/// Parents as rows, since most are in the same block: 0 for none, r + 1 for the span of row r, n + 1 + f for entry f of
/// the list of parents that are elsewhere, n being the number of rows.
struct ParentTable {
  private(set) var codes: [UInt32] = []
  private(set) var foreign: [SpanID] = []

  init(spanIDs: [SpanID], parents: [SpanID], _ hash: FastHash) {
    codes.reserveCapacity(parents.count)
    let slotCount = (parents.count * 4).roundedUpToPowerOfTwo
    var slots = [UInt32](repeating: 0, count: slotCount)
    for code in 1...UInt32(max(1, spanIDs.count)) where code <= spanIDs.count {
      let spanID = spanIDs[Int(code) - 1]
      var slot = Int(truncatingIfNeeded: hash.hash(spanID.rawValue, 0)) & (slotCount - 1)
      while slots[slot] != 0, spanIDs[Int(slots[slot]) - 1] != spanID { slot = (slot + 1) & (slotCount - 1) }
      if slots[slot] == 0 { slots[slot] = code }
    }
    for parent in parents {
      guard !parent.isZero else {
        codes.append(0)
        continue
      }
      var slot = Int(truncatingIfNeeded: hash.hash(parent.rawValue, 0)) & (slotCount - 1)
      while slots[slot] != 0, self.spanID(slots[slot], spanIDs) != parent { slot = (slot + 1) & (slotCount - 1) }
      if slots[slot] == 0 {
        foreign.append(parent)
        slots[slot] = UInt32(spanIDs.count + foreign.count)
      }
      codes.append(slots[slot])
    }
  }

  @inline(__always) private func spanID(_ code: UInt32, _ spanIDs: [SpanID]) -> SpanID {
    Int(code) <= spanIDs.count ? spanIDs[Int(code) - 1] : foreign[Int(code) - 1 - spanIDs.count]
  }
}

extension Int {
  /// At least 16.
  fileprivate var roundedUpToPowerOfTwo: Int { 1 << (64 - Swift.max(self - 1, 15).leadingZeroBitCount) }
}
