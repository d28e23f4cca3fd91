/// The buckets of many histograms at once: signed counts by row and bucket. Sixteen neighbours lie in one line of
/// the processor's cache, and take memory, about 90 bytes, once one of them holds something.
struct CellTable {
  /// How a duration of zero is numbered; the bucket of index -1 comes next.
  static let zeroBucket = 0
  static let bucketsMax = 2050

  private struct Entry {
    /// One more than row and line packed together; zero where the place is free.
    var key: UInt32
    var line: UInt32
  }

  private static let bucketsPerLine = 16

  private var entries: [Entry]
  private var counts: [Int32] = []
  /// What did not fit into a count, by its position.
  private var carried: [Int: Int64] = [:]
  private(set) var lineCount = 0
  private let mixer: KeyMixer

  init(_ mixer: KeyMixer) {
    self.mixer = mixer
    entries = Array(repeating: Entry(key: 0, line: 0), count: 64)
  }

  /// - Parameter row: less than 2^23.
  /// - Returns: false, and nothing is counted, if this took more lines than `linesMax`.
  mutating func add(_ more: Int64, row: Int, bucket: Int, linesMax: Int) -> Bool {
    let key = UInt32(truncatingIfNeeded: row << 8 | bucket / Self.bucketsPerLine) + 1
    let place = place(of: key)
    var line = Int(entries[place].line)
    if entries[place].key == 0 {
      guard lineCount < linesMax else { return false }
      line = lineCount
      entries[place] = Entry(key: key, line: UInt32(line))
      lineCount += 1
      counts.append(contentsOf: repeatElement(0, count: Self.bucketsPerLine))
      if lineCount * 2 > entries.count { grow() }
    }
    let position = line * Self.bucketsPerLine + bucket % Self.bucketsPerLine
    let sum = Int64(counts[position]).addingReportingOverflow(more).partialValue
    if let small = Int32(exactly: sum) {
      counts[position] = small
    } else {
      carried[position, default: 0] &+= sum
      counts[position] = 0
    }
    return true
  }

  private func count(_ position: Int) -> Int64 {
    carried.isEmpty ? Int64(counts[position]) : Int64(counts[position]) &+ carried[position, default: 0]
  }

  private func place(of key: UInt32) -> Int {
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: mixer.mix(UInt64(key))) & mask
    while entries[place].key != 0 && entries[place].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = entries
    entries = Array(repeating: Entry(key: 0, line: 0), count: old.count * 2)
    for entry in old where entry.key != 0 { entries[place(of: entry.key)] = entry }
  }

  /// All buckets that do not hold zero, by row and in it by bucket.
  func sorted(rowCount: Int) -> SortedCells {
    var sorted = SortedCells()
    sorted.reserve(rowCount, counts.count / 2)
    let used = entries.filter { $0.key != 0 }.sorted { $0.key < $1.key }
    var row = 0
    for entry in used {
      while row < Int((entry.key - 1) >> 8) {
        sorted.endRow()
        row += 1
      }
      let (first, bucket) = (Int(entry.line) * Self.bucketsPerLine, Int((entry.key - 1) & 0xff) * Self.bucketsPerLine)
      for place in 0..<Self.bucketsPerLine where count(first + place) != 0 {
        sorted.append(bucket: bucket + place, count: count(first + place))
      }
    }
    while row < rowCount {
      sorted.endRow()
      row += 1
    }
    return sorted
  }
}
