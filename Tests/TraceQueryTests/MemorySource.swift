import Synchronization
import TraceLinking
import TraceModel
import TraceQuery

/// Five segments of random traces, some of them sampled, without a ring: what is stored of them, and how often their spans are looked at.
struct MemorySource: SegmentSource {
  let blocks: [FoldableBlock]
  private var stored: [UInt64: SegmentAggregates] = [:]
  private let reads = ReadCount()
  private let figureReads = ReadCount()
  /// Whose stored figures are no figures.
  var damagedSegments: Set<UInt64> = []
  /// Which have been overwritten meanwhile.
  var goneSegments: Set<UInt64> = []
  /// Which were overwritten long ago.
  var oldSegments: Set<UInt64> = []

  private final class ReadCount: Sendable {
    let count = Atomic(0)
  }

  /// - Parameters:
  ///   - reach: over how many further segments a trace may spread.
  ///   - storedSegments: whose figures are stored; nil for all.
  ///   - haste: by how much spans follow each other sooner than over 22 minutes.
  init(seed: UInt64, reach: Int, storedSegments: Set<UInt64>? = nil, haste: UInt64 = 1) throws {
    var random = SeededRandom(seed: seed)
    var spans = [[Span]](repeating: [], count: 5)
    for trace in UInt64(1)...20 {
      let first = Int.random(in: 0..<5, using: &random)
      for span in Self.trace(trace, around: UInt64(first) * 240_000, haste: haste, &random) {
        spans[min(4, first + Int.random(in: 0...reach, using: &random))].append(span)
      }
    }
    blocks = try spans.enumerated().flatMap { (number, spans) throws in
      try [spans.prefix(20), spans.dropFirst(20)].filter { !$0.isEmpty }.map { (spans) throws in
        var batch = SpanBatch(spans)
        try ServiceMapFold().annotate(&batch)
        return FoldableBlock(
          segment: UInt64(number) + 10, receivedAt: Timestamp(unixSeconds: 1_700_010_000), batch: batch)
      }
    }
    for number in Set(blocks.map(\.segment)).sorted() where storedSegments?.contains(number) ?? true {
      stored[number] = try foldable(number).map { try ServiceMapFold().fold($0) }
    }
  }

  var readCount: Int { reads.count.load(ordering: .relaxed) }
  /// How often stored figures were asked for.
  var figureReadCount: Int { figureReads.count.load(ordering: .relaxed) }

  var segments: [SourceSegment] {
    Set(blocks.map(\.segment)).subtracting(oldSegments).sorted().map { number in
      let own = blocks.filter { $0.segment == number }
      let ends = own.flatMap(\.batch.ends)
      return SourceSegment(
        number: number, blockCount: own.count, earliestEnd: ends.min() ?? SegmentSumTests.begin,
        latestEnd: ends.max() ?? SegmentSumTests.begin, hasAggregates: stored[number] != nil)
    }
  }

  func aggregates(of segment: UInt64, _ parts: AggregateParts) throws -> SegmentAggregates? {
    figureReads.count.add(1, ordering: .relaxed)
    if goneSegments.contains(segment) || damagedSegments.contains(segment) { return nil }
    guard let whole = stored[segment] else { return nil }
    return SegmentAggregates(
      totals: parts.contains(.totals) ? whole.totals : [], minutes: parts.contains(.minutes) ? whole.minutes : [],
      corrections: parts.contains(.corrections) ? whole.corrections : [:])
  }

  func foldable(_ segment: UInt64) throws -> (any FoldableSegment)? {
    if goneSegments.contains(segment) { return nil }
    return Foldable(
      number: segment, own: blocks.filter { $0.segment == segment }, earlier: blocks.filter { $0.segment < segment },
      unresolved: Set(stored.filter { $0.key < segment }.flatMap(\.value.unresolved)), reads: reads)
  }

  /// What joining the spans of blocks gives.
  func joined(_ window: TimeWindow, _ isIncluded: (FoldableBlock) -> Bool) throws -> Aggregates {
    var graph = CallGraph(spanNames: .ofService("web"))
    for block in blocks where isIncluded(block) {
      try graph.add(block.batch) { row in
        guard block.batch.hasSoundTimes(at: row, receivedAt: block.receivedAt) else {
          return window.isAll ? .skewed : .context
        }
        return window.contains(block.batch.ends[row]) ? .counted : .context
      }
    }
    return graph.join()
  }

  private struct Foldable: FoldableSegment {
    var number: UInt64
    var own: [FoldableBlock]
    var earlier: [FoldableBlock]
    var unresolved: Set<TraceID>
    var reads: ReadCount

    var spanCount: Int { own.reduce(0) { $0 + $1.batch.count } }
    var aggregateByteCountMax: Int { 1 << 20 }

    func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws {
      reads.count.add(1, ordering: .relaxed)
      try own.forEach(body)
    }

    func mayHaveEarlierSpans(of traceID: TraceID) -> Bool { earlier.contains { $0.batch.traceIDs.contains(traceID) } }

    // Segments whose figures are not stored may lack parents too.
    func hasEarlierUnresolved(_ traceID: TraceID) -> Bool {
      unresolved.contains(traceID) || mayHaveEarlierSpans(of: traceID)
    }

    func earlierBlocks(of traceID: TraceID) -> [FoldableBlock] {
      earlier.map { block in
        var found = block
        found.batch = SpanBatch()
        for row in block.batch.traceIDs.indices where block.batch.traceIDs[row] == traceID {
          found.batch.append(contentsOf: block.batch, rows: row..<row + 1)
        }
        return found
      }
    }
  }

  private static func trace(_ number: UInt64, around offset: UInt64, haste: UInt64, _ random: inout SeededRandom)
    -> [Span]
  {
    let kinds: [SpanKind] = [.internal, .server, .client, .client, .consumer]
    return (1...UInt64.random(in: 1...10, using: &random)).map { id in
      let start =
        SegmentSumTests.begin + .milliseconds((offset + UInt64.random(in: 0..<400_000, using: &random)) / haste)
      let service = ["web", "cart", "mail"].randomElement(using: &random) ?? ""
      var span = Span(
        traceID: TraceID(high: 0, low: number), spanID: SpanID(rawValue: id), parentSpanID: SpanID(rawValue: id / 2),
        name: ["work", "play"].randomElement(using: &random) ?? "",
        kind: kinds.randomElement(using: &random) ?? .internal, start: start,
        end: start + .milliseconds(UInt64.random(in: 0..<3000, using: &random)),
        attributes: [Attribute("server.address", .string("api"))],
        resource: Resource(attributes: [Attribute("service.name", .string(service))]))
      // One trace in three stands for two, or four.
      span.traceState = ["", "", "", "", "ot=th:8", "ot=th:c"][Int(number % 6)]
      if UInt64.random(in: 0..<30, using: &random) == 0 { span.start = Timestamp(unixNanoseconds: 0) }
      return span
    }
  }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
