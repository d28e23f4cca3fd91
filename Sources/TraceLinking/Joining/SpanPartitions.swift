import TraceModel

/// Spans on their way to be joined, apart by trace, so that each part and what joining it takes fit into the
/// processor's cache.
///
/// All lie in one array, in chunks that belong to one part each: so a row is written once and never copied.
struct SpanPartitions {
  private(set) var count = 0
  private var rows: [SpanRow] = []
  /// Which part each chunk is of, as far as they are taken.
  private var owners: [UInt16] = []
  /// By part: where its next row goes. At a chunk's end it takes another chunk.
  private var ends: [UInt32]

  private static var chunkRowCount: Int { 64 }
  private static let partsMax = 256
  /// Rows and what joining them takes are then half of a common second-level cache.
  private static let partSpansMax = 6000

  /// - Parameter expected: about how many spans will come, for which memory is set aside.
  init(expecting expected: Int = 0) {
    var partCount = 1
    while partCount < Self.partsMax && partCount * Self.partSpansMax < expected { partCount *= 2 }
    self.init(partCount: partCount)
    rows.reserveCapacity(expected + 2 * partCount * Self.chunkRowCount + 4096)
  }

  private init(partCount: Int) {
    ends = Array(repeating: 0, count: partCount)
  }

  /// Takes the rows of a batch.
  /// - Parameters:
  ///   - period: in which a row counts; nil leaves it out.
  ///   - isNamed: whether the span counts for its name.
  @inline(__always)
  mutating func append(_ columns: SpanColumns, period: (Int) -> Period?, isNamed: (SpanRow) -> Bool = { _ in true }) {
    if ends.count == 1 && count + columns.batch.count > Self.partSpansMax * 2 { spread() }
    makeRoom(for: columns.batch.count)
    var (rows, owners, ends, count) = (rows, owners, ends, count)
    (self.rows, self.owners, self.ends) = ([], [], [])  // so that there is one copy only
    var taken = rows.mutableSpan
    var next = ends.mutableSpan
    for row in 0..<columns.batch.count {
      guard let period = period(row) else { continue }
      var span = columns.span(at: row, period, origin: 0)
      if !isNamed(span) { span.name = nil }
      let part = Self.part(of: span.traceID, next.count)
      if next[part] % UInt32(Self.chunkRowCount) == 0 {
        next[part] = UInt32(owners.count * Self.chunkRowCount)
        owners.append(UInt16(part))
      }
      taken[Int(next[part])] = span
      next[part] &+= 1
      count &+= 1
    }
    (self.rows, self.owners, self.ends, self.count) = (rows, owners, ends, count)
  }

  /// Every part may need another chunk.
  private mutating func makeRoom(for count: Int) {
    let size = (owners.count + count / Self.chunkRowCount + ends.count + 1) * Self.chunkRowCount
    if rows.count < size { rows.append(contentsOf: repeatElement(.none, count: size - rows.count)) }
  }

  private mutating func spread() {
    let old = rows[..<count]  // of one part, so without gaps
    var new = SpanPartitions(partCount: Self.partsMax)
    new.makeRoom(for: count)
    for row in old {
      let part = Self.part(of: row.traceID, new.ends.count)
      if new.ends[part] % UInt32(Self.chunkRowCount) == 0 {
        new.ends[part] = UInt32(new.owners.count * Self.chunkRowCount)
        new.owners.append(UInt16(part))
      }
      new.rows[Int(new.ends[part])] = row
      new.ends[part] += 1
    }
    new.count = count
    self = new
  }

  /// A number that is always the same for a trace, so that the order in which traces are looked at is, too.
  @inline(__always) static func scatter(_ traceID: TraceID) -> UInt64 {
    ((traceID.low ^ traceID.high) &* 0x9e37_79b9_7f4a_7c15) ^ traceID.low >> 32
  }

  @inline(__always) private static func part(of traceID: TraceID, _ partCount: Int) -> Int {
    Int(truncatingIfNeeded: scatter(traceID) >> 32) & (partCount &- 1)
  }

  /// Hands over one part after the other, each as ranges of all rows in the order of their coming, and is empty
  /// afterwards.
  mutating func removeAll(_ body: (inout [SpanRow], [Range<Int>]) throws -> Void) rethrows {
    let parts = ranges
    var rows = rows
    self.rows = []
    for part in parts where !part.isEmpty { try body(&rows, part) }
    self.rows = rows
    owners.removeAll(keepingCapacity: true)
    for part in ends.indices { ends[part] = 0 }
    count = 0
  }

  /// By part; neighbouring chunks are one range.
  private var ranges: [[Range<Int>]] {
    var ranges = [[Range<Int>]](repeating: [], count: ends.count)
    for (chunk, part) in owners.enumerated() {
      let begin = chunk * Self.chunkRowCount
      // A part's last chunk may not be full.
      let isLast = begin..<begin + Self.chunkRowCount ~= Int(ends[Int(part)]) - 1
      let end = isLast ? Int(ends[Int(part)]) : begin + Self.chunkRowCount
      if let last = ranges[Int(part)].last, last.upperBound == begin {
        ranges[Int(part)][ranges[Int(part)].count - 1] = last.lowerBound..<end
      } else {
        ranges[Int(part)].append(begin..<end)
      }
    }
    return ranges
  }
}
