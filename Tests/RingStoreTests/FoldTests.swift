import RingSimulator
import Synchronization
import Testing
import TraceModel

@testable import RingStore

/// What the ring does with the fold that is injected: a fold that writes down what it was shown.
@Suite struct FoldTests {
  /// Totals are the segment's span IDs; a trace is corrected by the span IDs that earlier segments hold of it.
  struct Scribe: SegmentFold {
    var byteCountMax: @Sendable (Int) -> Int = { $0 }

    func annotate(_ batch: inout SpanBatch) {
      batch.outcomes = batch.statusCodes.map { $0 == .error ? .fault : .ok }
      batch.peerIndices = batch.names.isEmpty ? [] : batch.nameIndices.map { _ in 0 }
    }

    func fold(_ segment: any FoldableSegment) throws -> SegmentAggregates {
      var ids: [UInt8] = []
      var held: Set<SpanID> = []
      var traces: Set<TraceID> = []
      var orphans: [(TraceID, SpanID)] = []
      try segment.forEachBlock { block in
        #expect(block.batch.isAnnotated && block.batch.details.isEmpty && block.segment == segment.number)
        ids += block.batch.spanIDs.map { UInt8($0.rawValue) }
        held.formUnion(block.batch.spanIDs)
        traces.formUnion(block.batch.traceIDs)
        orphans += zip(block.batch.traceIDs, block.batch.parentSpanIDs).filter { !$0.1.isZero }
      }
      let unresolved = Set(orphans.filter { !held.contains($0.1) }.map(\.0))
      var corrections: [UInt64: [UInt8]] = [:]
      for trace in traces.sorted() {
        let isCandidate =
          try unresolved.contains(trace) && segment.mayHaveEarlierSpans(of: trace)
          || segment.hasEarlierUnresolved(trace)
        for block in isCandidate ? try segment.earlierBlocks(of: trace) : [] {
          let rows = block.rows ?? Array(block.batch.traceIDs.indices)
          #expect(rows == block.batch.traceIDs.indices.filter { block.batch.traceIDs[$0] == trace })
          corrections[block.segment, default: []] += rows.map { UInt8(block.batch.spanIDs[$0].rawValue) }
        }
      }
      return SegmentAggregates(
        totals: ids, minutes: [UInt8](repeating: 7, count: byteCountMax(segment.aggregateByteCountMax) / 2),
        unresolved: unresolved.sorted(), corrections: corrections)
    }
  }

  static let slotByteCount: UInt64 = 64 << 10

  static func open(_ files: SimulatedFileSystem, fold: Scribe = Scribe(), seal: ((SealJob) -> Void)? = nil) throws
    -> Ring
  {
    var random = SplitMix64(state: 5)
    return try Ring.open(
      "/ring", capacity: 40 * slotByteCount, slotByteCount: slotByteCount, files: files, now: noon,
      entropy: { random.next() }, fold: fold, seal: seal)
  }

  static func span(_ id: UInt64, of trace: UInt64, parent: UInt64 = 0) -> Span {
    Span(
      traceID: TraceID(high: 1, low: trace), spanID: SpanID(rawValue: id), parentSpanID: SpanID(rawValue: parent),
      name: "work", start: noon(), end: noon(), attributes: [Attribute("id", .int(Int64(id)))])
  }

  /// Goes on with plain spans until the segment with these is closed and another one begun.
  static func fill(_ ring: Ring, with spans: [Span] = []) throws {
    let head = ring.catalog.snapshot.state.head?.number
    if !spans.isEmpty { try ring.append([SpanBatch(spans)], receivedAt: noon()) }
    var maker = SplitMix64(state: 77)
    while ring.catalog.snapshot.state.head?.number ?? 0 <= head ?? 1 {
      let noise = SpanMaker.plain(maker.next() % 200, byteCount: 5000)
      var other = noise
      other.spanID = SpanID(rawValue: 9)
      try ring.append([SpanBatch([other])], receivedAt: noon())
    }
    try ring.sync()
  }

  static func aggregates(_ snapshot: RingSnapshot, _ number: UInt64) throws -> SegmentAggregates? {
    let segment = try #require(snapshot.storedSegments.first { $0.number == number })
    let aggregates = try snapshot.aggregates(of: number, [.totals, .minutes, .corrections])
    #expect(segment.hasAggregates == (aggregates != nil))
    return aggregates
  }

  @Test func `a segment's footer holds what the fold said of its spans and of earlier segments' traces`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.open(files)
    // Trace 1: a child, then its parent. Trace 2: a parent, then its child. Trace 3: whole in each of two segments.
    try Self.fill(ring, with: [Self.span(11, of: 1, parent: 12), Self.span(21, of: 2), Self.span(31, of: 3)])
    try Self.fill(ring, with: [Self.span(32, of: 3)])
    try Self.fill(ring, with: [Self.span(12, of: 1), Self.span(22, of: 2, parent: 21)])
    for snapshot in [ring.catalog.snapshot, try RingSnapshot.reading("/ring", files: files)] {
      let first = try #require(try Self.aggregates(snapshot, 1))
      #expect(first.totals.filter { $0 != 9 } == [11, 21, 31] && first.corrections.isEmpty)
      let second = try #require(try Self.aggregates(snapshot, 2))
      #expect(second.totals.filter { $0 != 9 } == [32] && second.corrections.isEmpty)
      let third = try #require(try Self.aggregates(snapshot, 3))
      #expect(third.totals.filter { $0 != 9 } == [12, 22])
      #expect(third.corrections == [1: [11, 21]])
      #expect(third.minutes.contains(7))
      let without = try snapshot.aggregates(of: 3, [.totals, .corrections])
      #expect(without?.minutes == [] && without?.corrections == third.corrections)
      let head = try #require(snapshot.storedSegments.last)
      #expect(!head.hasAggregates && snapshot.storedSegments.count == 4)
      #expect(try snapshot.aggregates(of: head.number, .totals) == nil)
    }
  }

  @Test func `whoever reads a ring folds the unsealed segment to what its footer will hold`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.open(files)
    try Self.fill(ring, with: [Self.span(11, of: 1, parent: 12)])
    try ring.append([SpanBatch([Self.span(12, of: 1), Self.span(13, of: 1, parent: 99)])], receivedAt: noon())
    let fold = Scribe { _ in 100 }
    for snapshot in [ring.catalog.snapshot, try RingSnapshot.reading("/ring", files: files)] {
      let head = try #require(snapshot.storedSegments.last)
      let folded = try fold.fold(try #require(snapshot.foldable(head.number)))
      #expect(folded.totals.suffix(2) == [12, 13] && folded.corrections == [1: [11]])
      #expect(folded.unresolved == [TraceID(high: 1, low: 1)])
    }
  }

  @Test func `recovery folds what a crash left unsealed to the same figures`() throws {
    let whole = SimulatedFileSystem()
    let cut = SimulatedFileSystem()
    for files in [whole, cut] {
      var jobs: [SealJob] = []
      let ring = try files === whole ? Self.open(files) : Self.open(files, seal: { jobs.append($0) })
      try Self.fill(ring, with: [Self.span(11, of: 1, parent: 12)])
      try Self.fill(ring, with: [Self.span(12, of: 1)])
      #expect(jobs.count == (files === whole ? 0 : 1))
    }
    let recovered = try Self.open(cut.copy()).catalog.snapshot
    let expected = try RingSnapshot.reading("/ring", files: whole)
    for number in [1, 2] as [UInt64] {
      #expect(try Self.aggregates(recovered, number) == Self.aggregates(expected, number))
    }
  }

  @Test func `jobs go out one after another, so that each sees what the one before has found`() throws {
    let files = SimulatedFileSystem()
    let jobs = Mutex<[SealJob]>([])
    let ring = try Self.open(files) { job in jobs.withLock { $0.append(job) } }
    try Self.fill(ring, with: [Self.span(11, of: 1, parent: 12)])
    try Self.fill(ring, with: [Self.span(12, of: 1)])
    #expect(jobs.withLock { $0.map(\.number) } == [1])
    ring.finish(jobs.withLock { $0[0] }.run())
    #expect(jobs.withLock { $0.map(\.number) } == [1, 2])
    ring.finish(jobs.withLock { $0[1] }.run())
    #expect(try Self.aggregates(ring.catalog.snapshot, 2)?.corrections == [1: [11]])
    #expect(jobs.withLock { $0.count } == 2)
  }

  @Test func `while nobody does the jobs, segments past the bound are sealed without aggregates`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.open(files) { _ in }
    for _ in 0..<5 { try Self.fill(ring) }
    let segments = ring.catalog.snapshot.state.closed
    #expect(segments.map { $0.blocks == nil } == [false, true, true, false, false])
    #expect(ring.catalog.snapshot.storedSegments.allSatisfy { !$0.hasAggregates })
    try ring.close()
    let again = try Self.open(files)
    #expect(again.catalog.snapshot.storedSegments.map(\.hasAggregates) == [true, false, false, true, true, false])
  }

  @Test func `a fold may fill what the slot has left, and one that says too much is not kept`() throws {
    for (extra, isKept) in [(0, true), (40 << 10, false)] {
      let files = SimulatedFileSystem()
      let ring = try Self.open(files, fold: Scribe { 2 * ($0 - 1000 + extra) })
      try Self.fill(ring)
      try Self.fill(ring)
      #expect(try (Self.aggregates(ring.catalog.snapshot, 1) != nil) == isKept)
      #expect(ring.catalog.snapshot.state.closed.allSatisfy { $0.blocks == nil })
    }
  }

  @Test func `damaged aggregates are not believed`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.open(files)
    try Self.fill(ring, with: [Self.span(11, of: 1)])
    let segment = try #require(ring.catalog.snapshot.state.closed.first)
    guard case .sealed(let footer, _) = segment.content else { throw Missing() }
    for id in [Footer.ID.totals, .minutes, .corrections] {
      let damaged = files.copy()
      let offset = try #require(footer[id]).range.lowerBound
      let byte = damaged.bytes("/ring/slots/000000.slot", at: offset, count: 1)[0]
      damaged.overwrite("/ring/slots/000000.slot", at: offset, with: [byte ^ 1])
      let snapshot = try RingSnapshot.reading("/ring", files: damaged)
      #expect(try snapshot.aggregates(of: 1, [.totals, .minutes, .corrections]) == nil, "\(id)")
    }
  }

  private struct Missing: Error {}

  @Test func `corrections that are no such table are refused`() {
    let table = Corrections([3: [1, 2], 900: [], 7: [5]])
    #expect(Corrections(from: table.encoded()) == table)
    for count in 0..<table.encoded().count { #expect(Corrections(from: Array(table.encoded()[..<count])) == nil) }
    #expect(Corrections(from: table.encoded() + [0]) == nil)
    #expect(Corrections(from: [2, 3, 0, 3, 0]) == nil)
    #expect(Corrections(from: [1, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]) == nil)
  }
}
