import TraceModel

/// What a segment changes in earlier ones, because traces have spans in both.
///
/// Let G(a, b) be what the spans of segments a to b say when they are joined. Then D(a, b) = G(a, b) - G(a+1, b) -
/// G(a, b-1) + G(a+1, b-1) is what has to be added for the pair: for the retained segments m to n, the sum of all own
/// figures and all corrections between them is G(m, n) exactly, and stays so when the oldest are overwritten. Of a trace
/// without spans in both a and b, it is zero.
struct Corrections {
  private let limits: LinkingLimits
  private var figures: [UInt64: Figures] = [:]
  private var traceCount = 0
  private var earlierSpanCount = 0
  private var joinCount = 0

  init(_ limits: LinkingLimits) {
    self.limits = limits
  }

  /// Whether one more trace may be corrected after so many others.
  func hasRoom(after count: Int) -> Bool {
    traceCount + count < limits.correctedTracesMax && earlierSpanCount < limits.earlierSpansMax
      && joinCount < limits.correctionJoinsMax
  }

  /// Adds what one trace changes.
  /// - Parameters:
  ///   - rows: its spans in the segment.
  ///   - blocks: what earlier segments hold of it, oldest first.
  ///   - number: the segment's.
  mutating func add(
    _ rows: [SpanRow], earlier blocks: [FoldableBlock], before number: UInt64, _ keys: inout KeyTable
  ) {
    guard let traceID = rows.first?.traceID else { return }
    traceCount += 1
    var parts: [Part] = []
    for block in blocks where block.segment < number {
      let spans = Self.spans(of: traceID, in: block, &keys)
      if let last = parts.last, last.segment == block.segment {
        parts[parts.count - 1].rows += spans
      } else if !spans.isEmpty {
        parts.append(Part(segment: block.segment, rows: spans))
      }
    }
    let spanCount = parts.reduce(0) { $0 + $1.rows.count }
    let joinCount = 4 * (parts.count + 1) * (spanCount + rows.count)
    earlierSpanCount += spanCount
    guard earlierSpanCount <= limits.earlierSpansMax, self.joinCount + joinCount <= limits.correctionJoinsMax else {
      return
    }
    self.joinCount += joinCount
    parts.append(Part(segment: number, rows: rows))
    add(parts, keys)
  }

  private struct Part {
    var segment: UInt64
    var rows: [SpanRow]
  }

  private static func spans(of traceID: TraceID, in block: FoldableBlock, _ keys: inout KeyTable) -> [SpanRow] {
    do throws(CodingError) {
      let columns = try SpanColumns(block.batch, hasNames: true, &keys)
      return block.batch.traceIDs.indices.filter { block.batch.traceIDs[$0] == traceID }
        .map { columns.span(at: $0, block.period(at: $0, block.latestEnd), origin: 0) }
    } catch {
      return []
    }
  }

  private mutating func add(_ parts: [Part], _ keys: KeyTable) {
    var parts = parts
    for place in parts.indices {
      for row in parts[place].rows.indices { parts[place].rows[row].origin = UInt16(clamping: place) }
    }
    var table = SpanTable()
    var all = parts.flatMap(\.rows)
    table.link(&all, [all.indices])
    let hasDuplicates = all.contains { $0.isDuplicate }
    let last = parts.count - 1
    for first in 0..<last {
      var sum = figures[parts[first].segment] ?? Figures(.minute, limits)
      let terms: [(Range<Int>, Int64)] = [
        (first..<last + 1, 1), (first + 1..<last + 1, -1), (first..<last, -1), (first + 1..<last, 1),
      ]
      for (range, weight) in terms where !range.isEmpty {
        sum.add(parts[range].flatMap(\.rows), &table, keys, isCounting: hasDuplicates, weight: weight)
      }
      figures[parts[first].segment] = sum
    }
  }

  /// As bytes by the earlier segment's number. Where they take too much, periods become longer, and past that the
  /// oldest segments' are left out: they are the next to be overwritten.
  func encoded(_ keys: KeyTable, into max: Int) -> [UInt64: [UInt8]] {
    var granularity: Granularity? = .minute
    while let current = granularity {
      let encoded = figures.mapValues { figures in
        (figures.granularity.isFiner(than: current) ? figures.coarsened(to: current) : figures).encoded(keys)
      }.filter { !$0.value.isEmpty }
      if encoded.values.reduce(0, { $0 + $1.count }) <= max { return encoded }
      granularity = current.coarser
    }
    var (result, taken): ([UInt64: [UInt8]], Int) = ([:], 0)
    for (segment, figures) in figures.sorted(by: { $0.key > $1.key }) {
      let bytes = figures.coarsened(to: .whole).encoded(keys)
      taken += bytes.count
      if taken > max { break }
      if !bytes.isEmpty { result[segment] = bytes }
    }
    return result
  }
}

extension Figures {
  /// Adds what these spans say, or takes it away.
  /// - Parameter isCounting: whether the spans themselves count too; if none comes twice, that comes to nothing.
  fileprivate mutating func add(
    _ rows: [SpanRow], _ table: inout SpanTable, _ keys: KeyTable, isCounting: Bool, weight: Int64
  ) {
    var rows = rows
    table.link(&rows, [rows.indices])
    if isCounting { countNames(rows, [rows.indices], weight: weight) }
    join(rows, [rows.indices], keys, weight: weight, isCounting: isCounting)
  }
}
