import TraceModel

/// What a segment changes in earlier ones, because traces have spans in both.
///
/// Let G(a, b) be what the spans of segments a to b say when they are joined. Then D(a, b) = G(a, b) - G(a+1, b) -
/// G(a, b-1) + G(a+1, b-1) is what has to be added for the pair: for the retained segments m to n, the sum of all own
/// figures and all corrections between them is G(m, n) exactly, and stays so when the oldest are overwritten. Of a trace
/// without spans in both a and b, it is zero.
struct Corrections {
  private let limits: LinkingLimits
  private let number: UInt64
  private let granularity: Granularity
  private var figures: [UInt64: Figures] = [:]
  private var traceCount = 0
  private var earlierSpanCount = 0
  private var joinCount = 0
  /// Of traces that have been gathered and not joined: by earlier segment, what it and later ones hold of traces that it
  /// has spans of. Those of which a span is there twice lie apart.
  private var gathered: [Group: [SpanRow]] = [:]
  private var gatheredCount = 0
  /// By earlier segment: a number that its spans have as their origin.
  private var origins: [UInt64: UInt16] = [:]
  /// What is known of blocks in which traces were found.
  private var blocks: [Block: SpanColumns.Numbers] = [:]
  private var table = SpanTable()

  private struct Group: Hashable {
    var segment: UInt64
    var hasDuplicates: Bool
  }

  private struct Block: Hashable {
    var segment: UInt64
    var offset: UInt64
  }

  /// The origin of the spans of the segment that is folded.
  private static let own = UInt16.max
  /// Spans that are gathered before they are joined. Many at once cost much less than each trace by itself.
  private static let gatheredMax = 32_768
  /// Blocks of which something is kept.
  private static let blocksMax = 1024

  /// - Parameter number: of the segment that is folded.
  init(_ number: UInt64, _ granularity: Granularity, _ limits: LinkingLimits) {
    self.number = number
    self.granularity = granularity
    self.limits = limits
  }

  /// Whether one more trace may be corrected after so many others.
  func hasRoom(after count: Int) -> Bool {
    traceCount + count < limits.correctedTracesMax && earlierSpanCount < limits.earlierSpansMax
      && joinCount < limits.correctionJoinsMax
  }

  /// Adds what one trace changes. It counts once `join` has been called.
  /// - Parameters:
  ///   - rows: its spans in the segment.
  ///   - blocks: what earlier segments hold of it, oldest first.
  mutating func add(_ rows: [SpanRow], earlier blocks: [FoldableBlock], _ keys: inout KeyTable) {
    guard let traceID = rows.first?.traceID else { return }
    traceCount += 1
    var spans: [SpanRow] = []
    /// The segments, and where the spans of each begin.
    var parts: [(segment: UInt64, begin: Int)] = []
    for block in blocks where block.segment < number {
      let begin = spans.count
      append(block, traceID, to: &spans, &keys)
      if spans.count > begin, parts.last?.segment != block.segment { parts.append((block.segment, begin)) }
    }
    let joinCount = 4 * (parts.count + 1) * (spans.count + rows.count)
    earlierSpanCount += spans.count
    guard earlierSpanCount <= limits.earlierSpansMax, self.joinCount + joinCount <= limits.correctionJoinsMax else {
      return
    }
    self.joinCount += joinCount
    for var row in rows {
      row.origin = Self.own
      spans.append(row)
    }
    table.link(&spans, [spans.indices], keys.facts)
    let hasDuplicates = spans.contains { $0.isDuplicate }
    for part in parts {
      gathered[Group(segment: part.segment, hasDuplicates: hasDuplicates), default: []] += spans[part.begin...]
      gatheredCount += spans.count - part.begin
      if gatheredCount > Self.gatheredMax { join(keys) }
    }
  }

  /// Adds what links of the segment's spans say that name a span of an earlier trace.
  /// - Parameters:
  ///   - spans: those that `links` are of.
  ///   - newest: gets the newest segment with a span that one of `spans` links to, by its position.
  mutating func add(
    _ links: [LinkCorrection], of spans: [SpanRow], to traceID: TraceID, earlier blocks: [FoldableBlock],
    _ keys: inout KeyTable, _ newest: inout [Int: UInt64]
  ) {
    traceCount += 1
    var targets: [(segment: UInt64, span: SpanRow)] = []
    for block in blocks where block.segment < number {
      var found: [SpanRow] = []
      append(block, traceID, to: &found, &keys)
      targets += found.map { (block.segment, $0) }
    }
    earlierSpanCount += targets.count
    guard earlierSpanCount <= limits.earlierSpansMax else { return }
    for link in links {
      let span = spans[link.position]
      var known: SpanRow?
      // From the newest on: an older segment's span changes something only if it is the better target.
      for target in targets.reversed() where target.span.spanID == link.spanID {
        if let known, !target.span.isBetterTarget(than: known) { continue }
        var sum = figures.removeValue(forKey: target.segment) ?? Figures(granularity, limits)
        if known == nil { sum.countUnlinked(span, -1) }
        if !span.isDetailed {
          if let known { sum.link(span, to: known, keys.facts, weight: -1) }
          sum.link(span, to: target.span, keys.facts, weight: 1)
          newest[link.position] = max(newest[link.position] ?? 0, target.segment)
        }
        figures[target.segment] = sum
        known = target.span
      }
    }
  }

  /// Notes that a span which nothing in its own segment pairs has a partner in an earlier one.
  mutating func pairByLink(_ span: SpanRow, _ segment: UInt64) {
    figures[segment, default: Figures(granularity, limits)].pairByLink(span)
  }

  private mutating func append(
    _ block: FoldableBlock, _ traceID: TraceID, to spans: inout [SpanRow], _ keys: inout KeyTable
  ) {
    guard let columns = columns(of: block, &keys) else { return }
    let (origin, latestEnd) = (origin(of: block.segment), block.latestEnd)
    for row in block.rows ?? Array(0..<block.batch.count) where block.batch.traceIDs[row] == traceID {
      spans.append(columns.span(at: row, block.period(at: row, latestEnd), origin: origin))
    }
  }

  /// Nil for a block whose attributes cannot be read.
  private mutating func columns(of block: FoldableBlock, _ keys: inout KeyTable) -> SpanColumns? {
    let place = block.offset.map { Block(segment: block.segment, offset: $0) }
    if let place, block.batch.isAnnotated, let known = blocks[place] { return SpanColumns(block.batch, known) }
    do throws(CodingError) {
      let columns = try SpanColumns(block.batch, hasNames: true, &keys)
      if blocks.count >= Self.blocksMax { blocks.removeAll() }
      if let place { blocks[place] = columns.numbers }
      return columns
    } catch {
      return nil
    }
  }

  private mutating func origin(of segment: UInt64) -> UInt16 {
    if let known = origins[segment] { return known }
    let new = UInt16(clamping: min(origins.count, Int(Self.own) - 1))
    origins[segment] = new
    return new
  }

  /// Counts what has been gathered.
  mutating func join(_ keys: KeyTable) {
    for (group, rows) in gathered {
      let first = origins[group.segment] ?? Self.own
      // Taken out, so that it is not copied.
      var sum = figures.removeValue(forKey: group.segment) ?? Figures(granularity, limits)
      let terms: [([SpanRow], Int64)] = [
        (rows, 1), (rows.filter { $0.origin != first }, -1), (rows.filter { $0.origin != Self.own }, -1),
        (rows.filter { $0.origin != first && $0.origin != Self.own }, 1),
      ]
      for (rows, weight) in terms where !rows.isEmpty {
        sum.add(rows, &table, keys, isCounting: group.hasDuplicates, weight: weight)
      }
      figures[group.segment] = sum
    }
    (gathered, gatheredCount) = ([:], 0)
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

/// A link of a span at a position to a span of another trace.
struct LinkCorrection {
  var position: Int
  var spanID: SpanID
}

extension Figures {
  /// Adds what these spans say, or takes it away.
  /// - Parameter isCounting: whether the spans themselves count too; if none comes twice, that comes to nothing.
  fileprivate mutating func add(
    _ rows: [SpanRow], _ table: inout SpanTable, _ keys: KeyTable, isCounting: Bool, weight: Int64
  ) {
    var rows = rows
    table.link(&rows, [rows.indices], keys.facts)
    if isCounting { countNames(rows, [rows.indices], keys, weight: weight) }
    join(rows, [rows.indices], keys, weight: weight, isCounting: isCounting)
  }
}
