import TraceModel

/// Which rows of a block still may match: a byte each, 1 for those.
///
/// Plain loops over plain memory, without a branch in a row: the compiler makes vectors of them.
struct RowMask {
  private var bytes: [UInt8]

  /// All rows, or none of them.
  init(count: Int, isFull: Bool = true) {
    bytes = Array(repeating: isFull ? 1 : 0, count: count)
  }

  /// - Precondition: a number a row.
  mutating func keep(where numbers: [UInt64], areIn range: ClosedRange<UInt64>) {
    precondition(numbers.count == bytes.count)
    let (least, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    unsafe bytes.withUnsafeMutableBufferPointer { mask in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        for row in 0..<numbers.count {
          unsafe mask[row] &= numbers[row] &- least <= width ? 1 : 0
        }
      }
    }
  }

  /// Keeps the rows whose entry in a table is marked.
  /// - Throws: if a row names no entry.
  mutating func keep(where positions: [UInt64], areMarkedIn marks: [Bool]) throws(CodingError) {
    precondition(positions.count == bytes.count)
    for row in positions.indices {
      let position = positions[row]
      guard position < UInt64(marks.count) else { throw .malformed("a position in a table") }
      if !marks[Int(position)] { bytes[row] = 0 }
    }
  }

  /// Keeps those that are in the other, too.
  mutating func formIntersection(_ other: RowMask) {
    combine(other) { $0 & $1 }
  }

  mutating func formUnion(_ other: RowMask) {
    combine(other) { $0 | $1 }
  }

  /// Those that are not in it.
  mutating func invert() {
    for row in bytes.indices { bytes[row] ^= 1 }
  }

  mutating func remove(_ row: Int) { bytes[row] = 0 }
  mutating func insert(_ row: Int) { bytes[row] = 1 }

  @inline(__always) private mutating func combine(_ other: RowMask, _ combined: (UInt8, UInt8) -> UInt8) {
    precondition(bytes.count == other.bytes.count)
    for row in bytes.indices { bytes[row] = combined(bytes[row], other.bytes[row]) }
  }

  /// In rising order.
  var rows: [Int] { bytes.indices.filter { bytes[$0] != 0 } }
}
