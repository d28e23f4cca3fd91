import TraceModel

/// Counts, outcomes and latencies by `FigureKey`. They add and subtract exactly, so that what corrects figures is
/// figures again. Bounded: where there are too many rows or buckets, periods become longer, and past that what is new
/// counts under `__other__`.
struct Figures {
  struct Row {
    var key: FigureKey
    /// Of a service or an edge: by outcome, what is in `cells`. Of the coverage: paired, unpaired and late spans,
    /// and links that lead nowhere.
    var counts = SIMD4<Int64>(repeating: 0)
    /// Of a service or the coverage: all spans. Of an edge or a span name: those that stand for several.
    var spans: Int64 = 0
    /// Of the durations, in nanoseconds.
    var sum: Int128 = 0
    // The rest does not subtract: what once was seen is still taken for possible.
    var shortest = UInt64.max
    var longest: UInt64 = 0
    /// Of a service: the earliest start and the latest end. Of the coverage: the earliest and latest end.
    var first = UInt64.max
    var last: UInt64 = 0

    init(_ key: FigureKey) {
      self.key = key
    }
  }

  private(set) var rows: [Row] = []
  private(set) var granularity: Granularity
  private(set) var index: NumberTable
  private var cells = CellTable()
  private var edges: Set<UInt64> = []
  /// Of which there is at most one each for an edge.
  private var edgeTimes: Set<UInt64> = []
  private var spanNameCounts: [UInt16: Int] = [:]
  private var spanNameCount = 0
  private let limits: LinkingLimits

  init(_ granularity: Granularity, _ limits: LinkingLimits) {
    self.granularity = granularity
    self.limits = limits
    index = NumberTable()
  }

  /// Hands out what counting changes, so that there is one copy only. `putBack` must follow.
  mutating func takeOut() -> (rows: [Row], cells: CellTable) {
    defer { (rows, cells) = ([], CellTable()) }
    return (rows, cells)
  }

  mutating func putBack(_ rows: [Row], _ cells: CellTable) {
    (self.rows, self.cells) = (rows, cells)
  }

  func sortedCells() -> SortedCells { cells.sorted(rowCount: rows.count) }

  /// The row of a key whose period is of this granularity.
  func row(of key: FigureKey) -> Row? { index.number(of: key.rawValue).map { rows[$0] } }
}

// MARK: - Counting

extension Figures {
  /// Counts one tally, or takes it back.
  /// - Parameter weight: 1 or -1.
  mutating func count(_ tally: Tally, weight: Int64) {
    if tally.hasDuration {
      let count = weight &* Int64(tally.times)
      let row = add(count, toBucket: Int(tally.bucket), ofMinute: tally.key)
      rows[row].record(Row.unit(Int(tally.outcome), count), tally.duration, times: count)
    }
    if tally.isSilent {
      let row = row(ofMinute: tally.key)
      rows[row].counts &+= Row.unit(Int(tally.outcome), weight &* Int64(tally.times))
    }
    if tally.hasSpan {
      let row = row(ofMinute: tally.key)
      rows[row].count(weight, tally.start, tally.end)
    }
  }

  mutating func count(_ tally: CoverageTally, weight: Int64) {
    let row = row(ofMinute: .coverage(tally.period))
    if tally.spans > 0 { rows[row].count(tally.spans &* weight, tally.firstEnd, tally.lastEnd) }
    rows[row].counts &+= SIMD4(tally.paired, tally.unpaired, tally.late, tally.unlinked) &* weight
  }

  /// Makes sure that there is a row for a service, if only of zeros.
  mutating func know(_ service: UInt16) {
    _ = row(ofMinute: .service(service, .whole))
  }

  /// The position of a key's row. Good until the next change.
  private mutating func row(ofMinute key: FigureKey) -> Int {
    if granularity == .minute || key.period.isSpecial {
      if let known = index.number(of: key.rawValue) { return known }
    }
    return newRow(ofMinute: key)
  }

  private mutating func newRow(ofMinute key: FigureKey) -> Int {
    while true {
      if let row = position(of: key.isSpanName ? key : key.over(granularity, insteadOf: .minute)) { return row }
      coarsen()
    }
  }

  private mutating func add(_ count: Int64, toBucket bucket: Int, ofMinute key: FigureKey) -> Int {
    while true {
      let row = row(ofMinute: key)
      if cells.add(count, row: row, bucket: bucket, linesMax: limits.linesMax) { return row }
      if !coarsen() { return addToOther(count, bucket: bucket, row: row) }
    }
  }

  /// The keys of `__other__` are few, so that they need no bound.
  private mutating func addToOther(_ count: Int64, bucket: Int, row: Int) -> Int {
    let other = rows[row].key.other
    let position = index.number(of: other.rawValue) ?? append(other)
    _ = cells.add(count, row: position, bucket: bucket, linesMax: .max)
    return position
  }

  /// Nil if periods have to become longer first.
  private mutating func position(of key: FigureKey) -> Int? {
    if let known = index.number(of: key.rawValue) { return known }
    if key != key.other && !hasRoom(for: key) { return position(of: key.other) }
    if rows.count >= limits.rowsMax && granularity != .whole && !key.isSpanName { return nil }
    return append(key)
  }

  private func hasRoom(for key: FigureKey) -> Bool {
    if key.isSpanName {
      return spanNameCount < limits.spanNamesMax
        && spanNameCounts[key.source, default: 0] < limits.spanNamesPerServiceMax
    }
    let known = key.subject.isTime ? edgeTimes : edges
    return !key.subject.hasTarget || known.count < limits.edgesMax || known.contains(key.timeless.rawValue)
  }

  private mutating func append(_ key: FigureKey) -> Int {
    if key.isSpanName {
      spanNameCount += 1
      spanNameCounts[key.source, default: 0] += 1
    } else if key.subject.isTime {
      edgeTimes.insert(key.timeless.rawValue)
    } else if key.subject.hasTarget {
      edges.insert(key.timeless.rawValue)
    }
    index.insert(key.rawValue, rows.count)
    rows.append(Row(key))
    return rows.count - 1
  }

  /// Makes the periods longer.
  /// - Returns: false if they are as long as can be.
  @discardableResult
  private mutating func coarsen() -> Bool {
    guard let coarser = granularity.coarser else { return false }
    self = coarsened(to: coarser)
    return true
  }
}

// MARK: - Adding

extension Figures {
  /// The same figures over longer periods.
  func coarsened(to coarser: Granularity) -> Figures {
    rekeyed(coarser) { $0.over(coarser, insteadOf: granularity) }
  }

  /// The same figures under other keys, or without those for which there is none.
  func rekeyed(_ granularity: Granularity, _ newKey: (FigureKey) -> FigureKey?) -> Figures {
    var result = Figures(granularity, limits)
    let cells = sortedCells()
    for (position, row) in rows.enumerated() {
      guard let key = newKey(row.key) else { continue }
      result.add(row, key, cells[position], weight: 1)
    }
    return result
  }

  /// Adds a row of other figures, or takes it away.
  /// - Parameters:
  ///   - key: what it is about here; its period is of this granularity.
  ///   - weight: 1 or -1.
  mutating func add(_ row: Row, _ key: FigureKey, _ cells: ArraySlice<SortedCells.Cell>, weight: Int64) {
    var position = position(of: key) ?? addedAnyway(key)
    rows[position].merge(row, weight: weight)
    var rest = cells
    while true {
      rest = rest.dropFirst(self.cells.add(rest, row: position, weight: weight))
      guard let cell = rest.popFirst() else { return }
      let isCounted = self.cells.add(
        cell.count &* weight, row: position, bucket: cell.bucket, linesMax: limits.linesMax)
      if isCounted { continue }
      // The counts stay where they are; only the histogram becomes that of others.
      position = addToOther(cell.count &* weight, bucket: cell.bucket, row: position)
    }
  }

  private mutating func addedAnyway(_ key: FigureKey) -> Int {
    index.number(of: key.other.rawValue) ?? append(key.other)
  }
}

extension Figures.Row {
  /// What to add to `counts` for one of an outcome.
  static func unit(_ outcome: Int, _ weight: Int64) -> SIMD4<Int64> {
    var unit = SIMD4<Int64>(repeating: 0)
    unit[outcome] = weight
    return unit
  }

  @inline(__always) mutating func record(_ unit: SIMD4<Int64>, _ length: UInt64, _ weight: Int64) {
    counts &+= unit
    sum = weight < 0 ? sum &- Int128(length) : sum &+ Int128(length)
    shortest = min(shortest, length)
    longest = max(longest, length)
  }

  mutating func record(_ unit: SIMD4<Int64>, _ length: UInt64, times: Int64) {
    counts &+= unit
    sum &+= Int128(length) &* Int128(times)
    shortest = min(shortest, length)
    longest = max(longest, length)
  }

  @inline(__always) mutating func count(_ weight: Int64, _ first: UInt64, _ last: UInt64) {
    spans &+= weight
    self.first = min(self.first, first)
    self.last = max(self.last, last)
  }

  mutating func merge(_ other: Figures.Row, weight: Int64) {
    counts = weight < 0 ? counts &- other.counts : counts &+ other.counts
    spans &+= other.spans &* weight
    sum = weight < 0 ? sum &- other.sum : sum &+ other.sum
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    first = min(first, other.first)
    last = max(last, other.last)
  }

  /// Whether it says nothing, or took back all that it said.
  var isZero: Bool { counts == SIMD4(repeating: 0) && spans == 0 && sum == 0 }
}
