import TraceModel

/// Counts, outcomes and latencies by `FigureKey`. They add and subtract exactly, so that what corrects figures is
/// figures again. Bounded: where there are too many rows or buckets, periods become longer, and past that what is new
/// counts under `__other__`.
struct Figures {
  struct Row {
    var key: FigureKey
    /// Of a service or an edge: by outcome, what is in `cells`. Of the coverage: paired, unpaired and late spans.
    var counts = SIMD4<Int64>(repeating: 0)
    /// Of a service, a span name or the coverage: all spans.
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
  private var index: NumberTable
  private var cells: CellTable
  private var edges: Set<UInt64> = []
  private var spanNameCounts: [UInt16: Int] = [:]
  private var spanNameCount = 0
  private let limits: LinkingLimits
  private let mixer: KeyMixer

  init(_ granularity: Granularity, _ limits: LinkingLimits) {
    self.granularity = granularity
    self.limits = limits
    mixer = KeyMixer()
    index = NumberTable(mixer)
    cells = CellTable(mixer)
  }

  func sortedCells() -> SortedCells { cells.sorted(rowCount: rows.count) }

  /// The row of a key whose period is of this granularity.
  func row(of key: FigureKey) -> Row? { index.number(of: key.rawValue).map { rows[$0] } }
}

// MARK: - Counting

extension Figures {
  /// Counts one duration, or takes it back.
  /// - Parameters:
  ///   - key: its period may be of a finer granularity: a minute.
  ///   - weight: 1 or -1.
  mutating func record(_ key: FigureKey, _ outcome: Outcome, _ duration: Duration, weight: Int64) {
    let length = duration.nanoseconds
    let bucket = length == 0 ? CellTable.zeroBucket : LatencyHistogram.bucketIndex(of: length) + 2
    let row = add(weight, toBucket: bucket, ofMinute: key)
    rows[row].counts[Int(outcome.rawValue)] &+= weight
    rows[row].sum &+= Int128(length) * Int128(weight)
    rows[row].shortest = min(rows[row].shortest, length)
    rows[row].longest = max(rows[row].longest, length)
  }

  /// The position of a key's row. Good until the next change.
  private mutating func row(ofMinute key: FigureKey) -> Int {
    var key = key
    while true {
      key.period = granularity.period(key.period, of: key.isSpanName ? granularity : .minute)
      if let row = position(of: key) { return row }
      coarsen()
    }
  }

  /// Counts spans, and notes when they were.
  mutating func count(_ key: FigureKey, _ times: (first: Timestamp, last: Timestamp)?, weight: Int64) {
    let row = row(ofMinute: key)
    rows[row].spans &+= weight
    guard let times else { return }
    rows[row].first = min(rows[row].first, times.first.unixNanoseconds)
    rows[row].last = max(rows[row].last, times.last.unixNanoseconds)
  }

  /// Adds to what a row counts beside spans and durations.
  mutating func add(_ counts: SIMD4<Int64>, toMinute key: FigureKey, weight: Int64) {
    let row = row(ofMinute: key)
    rows[row].counts = weight < 0 ? rows[row].counts &- counts : rows[row].counts &+ counts
  }

  /// Makes sure that there is a row for a service, if only of zeros.
  mutating func know(_ service: UInt16) {
    _ = row(ofMinute: .service(service, .whole))
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
    return !key.subject.isEdge || edges.count < limits.edgesMax || edges.contains(key.timeless.rawValue)
  }

  private mutating func append(_ key: FigureKey) -> Int {
    if key.isSpanName {
      spanNameCount += 1
      spanNameCounts[key.source, default: 0] += 1
    } else if key.subject.isEdge {
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
  mutating func add(_ row: Row, _ key: FigureKey, _ cells: some Sequence<SortedCells.Cell>, weight: Int64) {
    var position = position(of: key) ?? addedAnyway(key)
    rows[position].merge(row, weight: weight)
    for cell in cells {
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
