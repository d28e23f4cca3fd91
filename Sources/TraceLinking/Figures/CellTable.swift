import TraceModel

/// The buckets of many histograms at once: signed counts by row and bucket. Sixteen neighbours lie in one line of the
/// processor's cache, and take memory once one of them holds something: about 100 bytes in all, and half a kilobyte more
/// for a row whose lines lie far apart.
struct CellTable {
  /// How a duration of zero is numbered; the bucket of index -1 comes next.
  static var zeroBucket: Int { 0 }
  static var bucketsMax: Int { 2050 }

  /// Which part of `directory` says where a row's lines are.
  struct Window {
    var begin: UInt32 = 0
    var firstLine: UInt8 = 0
    var lineCount: UInt8 = 0
  }

  private static var bucketsPerLine: Int { 16 }
  private static let linesPerRow = (bucketsMax + bucketsPerLine - 1) / bucketsPerLine
  private static let windowLines = 8

  private(set) var windows: [Window] = []
  /// One more than the number of a line in `counts`, or zero.
  private(set) var directory: [UInt32] = []
  var counts: [Int32] = []
  /// What did not fit into a count, by its position.
  private var carried: [Int: Int64] = [:]
  private(set) var lineCount = 0

  /// - Returns: false, and nothing is counted, if this took more lines than `linesMax`.
  mutating func add(_ more: Int64, row: Int, bucket: Int, linesMax: Int) -> Bool {
    let place = Self.place(of: bucket, row: row, windows.span, directory.span)
    if place >= 0 {
      count(more, at: place)
      return true
    }
    guard lineCount < linesMax else { return false }
    count(more, at: newLine(row, bucket) * Self.bucketsPerLine + bucket % Self.bucketsPerLine)
    return true
  }

  /// Counts as many of these as there is a line for already.
  /// - Returns: how many, from the first on.
  mutating func add(_ cells: ArraySlice<SortedCells.Cell>, row: Int, weight: Int64) -> Int {
    let (windows, directory) = (windows, directory)
    var counts = counts
    self.counts = []  // so that there is one copy only
    defer { self.counts = counts }
    var lines = counts.mutableSpan
    for (number, cell) in cells.enumerated() {
      let place = Self.place(of: cell.bucket, row: row, windows.span, directory.span)
      guard place >= 0, let more = Int32(exactly: cell.count &* weight) else { return number }
      let (sum, isOver) = lines[place].addingReportingOverflow(more)
      if isOver { return number }
      lines[place] = sum
    }
    return cells.count
  }

  /// Where in `counts` a bucket is; -1 if no line holds it yet.
  @inline(__always) static func place(
    of bucket: Int, row: Int, _ windows: Swift.Span<Window>, _ directory: Swift.Span<UInt32>
  ) -> Int {
    guard row < windows.count else { return -1 }
    let window = windows[row]
    let place = bucket / bucketsPerLine &- Int(window.firstLine)
    guard place >= 0 && place < Int(window.lineCount) else { return -1 }
    let line = Int(directory[Int(window.begin) &+ place])
    return line == 0 ? -1 : (line &- 1) &* bucketsPerLine &+ bucket % bucketsPerLine
  }

  private mutating func count(_ more: Int64, at position: Int) {
    let (sum, isOver) = counts[position].addingReportingOverflow(Int32(truncatingIfNeeded: more))
    if isOver || more != Int64(Int32(truncatingIfNeeded: more)) {
      carried[position, default: 0] &+= more
    } else {
      counts[position] = sum
    }
  }

  private mutating func newLine(_ row: Int, _ bucket: Int) -> Int {
    while windows.count <= row { windows.append(Window()) }
    let line = bucket / Self.bucketsPerLine
    let window = windows[row]
    if window.lineCount == 0 {
      windows[row] = newWindow(line / Self.windowLines * Self.windowLines, Self.windowLines)
    } else if line < Int(window.firstLine) || line >= Int(window.firstLine) + Int(window.lineCount) {
      windows[row] = newWindow(0, Self.linesPerRow)
      for place in 0..<Int(window.lineCount) {
        directory[Int(windows[row].begin) + Int(window.firstLine) + place] = directory[Int(window.begin) + place]
      }
    }
    counts.append(contentsOf: repeatElement(0, count: Self.bucketsPerLine))
    lineCount += 1
    directory[Int(windows[row].begin) + line - Int(windows[row].firstLine)] = UInt32(lineCount)
    return lineCount - 1
  }

  private mutating func newWindow(_ firstLine: Int, _ lineCount: Int) -> Window {
    let lineCount = min(lineCount, Self.linesPerRow - firstLine)
    let window = Window(begin: UInt32(directory.count), firstLine: UInt8(firstLine), lineCount: UInt8(lineCount))
    directory.append(contentsOf: repeatElement(0, count: lineCount))
    return window
  }

  /// All buckets that do not hold zero, by row and in it by bucket.
  func sorted(rowCount: Int) -> SortedCells {
    var sorted = SortedCells()
    sorted.reserve(rowCount, counts.count / 2)
    for row in 0..<rowCount {
      if row < windows.count { append(windows[row], to: &sorted) }
      sorted.endRow()
    }
    return sorted
  }

  private func append(_ window: Window, to sorted: inout SortedCells) {
    for place in 0..<Int(window.lineCount) where directory[Int(window.begin) + place] != 0 {
      let first = Int(directory[Int(window.begin) + place] - 1) * Self.bucketsPerLine
      let bucket = (Int(window.firstLine) + place) * Self.bucketsPerLine
      for position in first..<first + Self.bucketsPerLine {
        let count = Int64(counts[position]) &+ (carried.isEmpty ? 0 : carried[position, default: 0])
        if count != 0 { sorted.append(bucket: bucket + position - first, count: count) }
      }
    }
  }
}
