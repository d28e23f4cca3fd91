/// The buckets of many histograms at once: signed counts by row and bucket. Takes memory for the buckets that hold
/// something, about 32 bytes each, however many rows there are.
struct CellTable {
  /// How a duration of zero is numbered; the bucket of index -1 comes next.
  static let zeroBucket = 0
  static let bucketsMax = 2050

  private struct Entry {
    /// One more than row and bucket packed together; zero where the place is free.
    var key: UInt64
    var count: Int64
  }

  private var entries: [Entry]
  private(set) var count = 0
  private let mixer: KeyMixer

  init(_ mixer: KeyMixer) {
    self.mixer = mixer
    entries = Array(repeating: Entry(key: 0, count: 0), count: 64)
  }

  /// - Returns: false, and nothing is counted, if this took a place more than `max` allows.
  mutating func add(_ more: Int64, row: Int, bucket: Int, max: Int) -> Bool {
    let key = UInt64(row) << 12 | UInt64(bucket) + 1
    let place = place(of: key)
    if entries[place].key == key {
      entries[place].count &+= more
      return true
    }
    guard count < max else { return false }
    entries[place] = Entry(key: key, count: more)
    count += 1
    if count * 2 > entries.count { grow() }
    return true
  }

  private func place(of key: UInt64) -> Int {
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: mixer.mix(key)) & mask
    while entries[place].key != 0 && entries[place].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = entries
    entries = Array(repeating: Entry(key: 0, count: 0), count: old.count * 2)
    for entry in old where entry.key != 0 { entries[place(of: entry.key)] = entry }
  }

  /// All buckets that do not hold zero, by row and in it by bucket.
  func sorted(rowCount: Int) -> SortedCells {
    var ends = [Int](repeating: 0, count: rowCount + 1)
    for entry in entries where entry.key != 0 && entry.count != 0 { ends[Int((entry.key - 1) >> 12) + 1] += 1 }
    for row in 0..<rowCount { ends[row + 1] += ends[row] }
    var next = ends
    var cells = [SortedCells.Cell](repeating: SortedCells.Cell(bucket: 0, count: 0), count: ends[rowCount])
    for entry in entries where entry.key != 0 && entry.count != 0 {
      let row = Int((entry.key - 1) >> 12)
      cells[next[row]] = SortedCells.Cell(bucket: Int((entry.key - 1) & 0xfff), count: entry.count)
      next[row] += 1
    }
    for row in 0..<rowCount where ends[row + 1] - ends[row] > 1 {
      cells[ends[row]..<ends[row + 1]].sort { $0.bucket < $1.bucket }
    }
    return SortedCells(cells: cells, ends: ends)
  }
}

/// The contents of a `CellTable` at one moment.
struct SortedCells {
  struct Cell {
    var bucket: Int
    var count: Int64
  }

  fileprivate let cells: [Cell]
  fileprivate let ends: [Int]

  subscript(row: Int) -> ArraySlice<Cell> { cells[ends[row]..<ends[row + 1]] }
}
