import TraceModel

/// The folding of one segment: its own figures, what is missing in it, and what it changes in earlier ones.
struct Folding {
  private let segment: any FoldableSegment
  private let limits: LinkingLimits
  private let spansMax: Int
  private let passCount: Int
  private var keys: KeyTable
  private var figures: Figures
  private var spanNames: Figures
  private var spans: SpanPartitions
  private var table = SpanTable()
  private var recent = RecentTraces()
  private var unresolved: UnresolvedTraces
  private var corrections: Corrections
  private var linking = LinkingSpans()

  /// - Parameter granularity: what is told apart, if there is room for it.
  init(_ segment: any FoldableSegment, _ granularity: Granularity, _ limits: LinkingLimits) {
    self.segment = segment
    self.limits = limits
    spansMax = max(1, limits.foldByteCountMax / LinkingLimits.foldedSpanByteCount)
    // Traces differ in size, so a pass is planned to be three quarters full.
    passCount = min(max(1, segment.spanCount / max(1, spansMax / 4 * 3) + 1), limits.passesMax)
    keys = KeyTable(limits)
    figures = Figures(granularity, limits)
    spanNames = Figures(.whole, limits)
    spans = SpanPartitions(expecting: min(segment.spanCount / passCount, spansMax))
    unresolved = UnresolvedTraces(
      max: min(limits.unresolvedTracesMax, segment.aggregateByteCountMax / 4 / UnresolvedTraces.traceByteCount))
    corrections = Corrections(segment.number, granularity, limits)
  }

  mutating func run() throws {
    for pass in 0..<passCount {
      try segment.forEachBlock { block in gather(block, pass: UInt64(pass)) }
      var spans = spans
      self.spans = SpanPartitions()
      try spans.removeAll { rows, ranges in try join(&rows, ranges) }
      self.spans = spans
    }
    corrections.join(keys)
    figures.joinLinks(linking.spans, keys.facts)
    try correctLinks()
  }

  /// A block whose batch is neither annotated nor has attributes that can be read is left out, as one that is damaged.
  private mutating func gather(_ block: FoldableBlock, pass: UInt64) {
    do throws(CodingError) {
      let columns = try SpanColumns(block.batch, hasNames: true, &keys)
      let (passCount, latestEnd) = (passCount, block.latestEnd)
      var room = spansMax - spans.count
      var rest: [Int] = []
      spans.append(columns) { row in
        guard passCount == 1 || Self.pass(of: block.batch.traceIDs[row], passCount) == pass else { return nil }
        if room == 0 { rest.append(row) }
        guard room > 0 else { return nil }
        room -= 1
        return block.period(at: row, latestEnd)
      }
      for row in rest {
        let span = columns.span(at: row, block.period(at: row, latestEnd), origin: 0)
        figures.countUnpaired(span, keys)
        if let tally = Tally(nameOf: span, keys.facts) { spanNames.count(tally, weight: 1) }
      }
    } catch {}
  }

  /// In which pass a trace is looked at: always the same one, so that the same spans give the same bytes.
  private static func pass(of traceID: TraceID, _ passCount: Int) -> UInt64 {
    (SpanPartitions.scatter(traceID) & 0xffff_ffff) % UInt64(passCount)
  }

  private mutating func join(_ rows: inout [SpanRow], _ ranges: [Range<Int>]) throws {
    table.link(&rows, ranges, keys.facts)
    spanNames.countNames(rows, ranges, keys)
    figures.join(rows, ranges, keys)
    linking.add(rows, ranges, &keys)
    try correct(rows, ranges)
  }

  // MARK: Across segments

  private mutating func correct(_ rows: [SpanRow], _ ranges: [Range<Int>]) throws {
    let missing = unresolved.add(rows, ranges)
    var candidates: [TraceID] = []
    for traceID in missing where corrections.hasRoom(after: candidates.count) {
      if try segment.mayHaveEarlierSpans(of: traceID) { candidates.append(traceID) }
    }
    var known = Set(candidates)
    for range in ranges {
      for position in range where recent.isNew(rows[position].traceID) {
        let traceID = rows[position].traceID
        guard corrections.hasRoom(after: candidates.count), segment.hasEarlierUnresolved(traceID) else { continue }
        if known.insert(traceID).inserted { candidates.append(traceID) }
      }
    }
    if candidates.isEmpty { return }
    var own: [TraceID: [SpanRow]] = [:]
    let filter = TraceMarks(known)
    for range in ranges {
      for position in range where filter.mayContain(rows[position].traceID) && !rows[position].isDuplicate {
        if known.contains(rows[position].traceID) { own[rows[position].traceID, default: []].append(rows[position]) }
      }
    }
    for traceID in candidates {
      guard let rows = own[traceID], corrections.hasRoom(after: 0) else { continue }
      corrections.add(rows, earlier: try segment.earlierBlocks(of: traceID), &keys)
    }
  }

  /// Looks for the senders of messages that are not in the segment: they may have come hours before.
  private mutating func correctLinks() throws {
    var targets: [TraceID: [LinkCorrection]] = [:]
    for (position, span) in linking.spans.enumerated() {
      for reference in span.links(keys.facts.links) where keys.facts.links.target(reference) == nil {
        if targets[reference.traceID] == nil {
          guard corrections.hasRoom(after: targets.count) else { continue }
          guard try segment.mayHaveEarlierSpans(of: reference.traceID) else { continue }
        }
        targets[reference.traceID, default: []].append(LinkCorrection(position: position, spanID: reference.spanID))
      }
    }
    var newest: [Int: UInt64] = [:]
    for (traceID, links) in targets.sorted(by: { $0.key < $1.key }) where corrections.hasRoom(after: 0) {
      let blocks = try segment.earlierBlocks(of: traceID)
      corrections.add(links, of: linking.spans, to: traceID, earlier: blocks, &keys, &newest)
    }
    for (position, segment) in newest.sorted(by: { $0.key < $1.key }) {
      let span = linking.spans[position]
      let isPaired = span.links(keys.facts.links).contains { keys.facts.links.target($0) != nil }
      if !isPaired { corrections.pairByLink(span, segment) }
    }
  }

  // MARK: The result

  func aggregates() -> SegmentAggregates {
    let max = segment.aggregateByteCountMax
    let traces = unresolved.sorted
    let corrections = corrections.encoded(keys, into: max / 4)
    let taken = corrections.values.reduce(traces.count * UnresolvedTraces.traceByteCount) { $0 + $1.count }
    // Sections may stand one behind the other. Without the first, whoever asks joins the spans again.
    var totals = figures.coarsened(to: .whole).encoded(keys, into: (max - taken) / 4)
    if !totals.isEmpty { totals += spanNames.encoded(keys, into: (max - taken) / 4) }
    let minutes = figures.encodedPeriods(keys, into: max - taken - totals.count, periodsMax: limits.periodsMax)
    return SegmentAggregates(
      totals: totals, minutes: minutes, unresolved: traces, corrections: corrections)
  }
}

extension FoldableBlock {
  /// The latest end that a span of the block may have.
  var latestEnd: UInt64 { (receivedAt + LinkingLimits.clockLeadMax).unixNanoseconds }

  /// In which period a span counts.
  @inline(__always) func period(at row: Int, _ latestEnd: UInt64) -> Period {
    batch.hasSoundTimes(at: row, latestEnd) ? Period(minuteOf: batch.ends[row]) : .skewed
  }
}

extension SpanBatch {
  /// Whether a span's times are possible: not zero, in order, and not later than its arrival by more than
  /// `LinkingLimits.clockLeadMax`.
  package func hasSoundTimes(at row: Int, receivedAt: Timestamp) -> Bool {
    hasSoundTimes(at: row, (receivedAt + LinkingLimits.clockLeadMax).unixNanoseconds)
  }

  @inline(__always) fileprivate func hasSoundTimes(at row: Int, _ latestEnd: UInt64) -> Bool {
    let (start, end) = (starts[row].unixNanoseconds, ends[row].unixNanoseconds)
    return start != 0 && end >= start && end <= latestEnd
  }
}

/// Remembers traces that were met a short while ago, so that a question about a trace is not asked for every span.
private struct RecentTraces {
  private var traces = [TraceID](repeating: .zero, count: 4096)
  private let mixer = KeyMixer()

  @inline(__always) mutating func isNew(_ traceID: TraceID) -> Bool {
    let place = Int(truncatingIfNeeded: mixer.mix(traceID)) & (traces.count &- 1)
    if traces[place].low == traceID.low && traces[place].high == traceID.high { return false }
    traces[place] = traceID
    return true
  }
}

/// Tells at little cost of most traces that they are not among a few.
private struct TraceMarks {
  private var marks = [Bool](repeating: false, count: 1 << 14)
  private let mixer = KeyMixer()

  init(_ traces: Set<TraceID>) {
    for traceID in traces { marks[place(of: traceID)] = true }
  }

  @inline(__always) func mayContain(_ traceID: TraceID) -> Bool { marks[place(of: traceID)] }

  @inline(__always) private func place(of traceID: TraceID) -> Int {
    Int(truncatingIfNeeded: mixer.mix(traceID)) & (marks.count &- 1)
  }
}
