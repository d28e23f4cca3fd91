import Testing
import TraceModel

@testable import RingStore

@Suite struct RingTests {
  static let capacity: UInt64 = 32 << 20

  static func open(
    _ files: any FileSystem, _ directory: String = "/ring", capacity: UInt64? = capacity
  ) throws -> sending Ring {
    var random = SplitMix64(state: 1)
    return try Ring.open(directory, capacity: capacity, files: files, now: noon) { random.next() }
  }

  static func trace(_ number: UInt64) -> TraceID { SpanMaker.plain(number).traceID }

  static func spans(_ number: UInt64, in snapshot: RingSnapshot) throws -> [Span] {
    let found = try snapshot.spans(of: trace(number))
    #expect(!found.isPartial && found.damage.isEmpty)
    return try found.batch.spans()
  }

  static func append(_ ring: Ring, _ numbers: Range<UInt64>, byteCount: Int = 16) throws {
    for number in numbers {
      try ring.append([SpanBatch([SpanMaker.plain(number, byteCount: byteCount)])], receivedAt: .second(number))
    }
  }

  @Test func `what is appended is found, at once and after opening again`() throws {
    let files = SimulatedFileSystem()
    var maker = SpanMaker(seed: 8)
    let spans = (0..<50).map { _ in maker.rich() }
    var ring = try Self.open(files)
    try ring.append([SpanBatch(spans[..<20]), SpanBatch(spans[20...])], receivedAt: .second(7))
    try ring.sync()
    for _ in 0..<3 {
      let snapshot = ring.catalog.snapshot
      for span in spans {
        #expect(try snapshot.spans(of: span.traceID).batch.spans() == [span])
      }
      let blocks = snapshot.blocks(overlapping: .all)
      #expect(try blocks.flatMap { try snapshot.read($0)?.spans() ?? [] } == spans)
      #expect(blocks.map(\.receivedAt) == [.second(7)])
      #expect(blocks.map(\.earliestEnd) == [spans.map(\.end).min()])
      #expect(blocks.map(\.latestEnd) == [spans.map(\.end).max()])
      #expect(snapshot.retention.spans == 50)
      #expect(snapshot.retention.oldestArrival == .second(7))
      #expect(snapshot.retention.capacityBytes == Self.capacity)
      #expect(!snapshot.retention.hasOverwritten && snapshot.damage.isEmpty)
      try ring.close()
      #expect(throws: RingError.closed) { try ring.append([SpanBatch(spans)], receivedAt: noon()) }
      ring = try Self.open(files, capacity: nil)
    }
  }

  @Test func `small batches share a block and a large one is spread over several in order`() throws {
    let ring = try Self.open(SimulatedFileSystem())
    let small = (0..<30).map { SpanBatch([SpanMaker.plain($0)]) }
    try ring.append(small, receivedAt: noon())
    #expect(ring.catalog.snapshot.blocks(overlapping: .all).count == 1)
    let large = (100..<2100).map { SpanMaker.plain($0) }
    try ring.append([SpanBatch(large)], receivedAt: noon())
    let snapshot = ring.catalog.snapshot
    let blocks = snapshot.blocks(overlapping: .all).dropFirst()
    #expect(blocks.count > 1)
    #expect(try blocks.flatMap { try snapshot.read($0)?.spans() ?? [] } == large)
  }

  @Test func `the largest span fits and a larger one is refused before anything is written`() throws {
    let ring = try Self.open(SimulatedFileSystem())
    let empty = SpanBatch([SpanMaker.plain(1, byteCount: 0)]).byteCount
    let largest = SpanBatch([SpanMaker.plain(1, byteCount: ring.spanByteCountMax - empty - 4)])
    #expect(ring.spanByteCountMax - largest.byteCount < 4 && largest.byteCount <= ring.spanByteCountMax)
    try ring.append([largest], receivedAt: noon())
    let tooLarge = SpanBatch([SpanMaker.plain(2, byteCount: ring.spanByteCountMax + 4096)])
    #expect(throws: RingError.self) {
      try ring.append([SpanBatch([SpanMaker.plain(3)]), tooLarge], receivedAt: noon())
    }
    #expect(ring.catalog.snapshot.retention.spans == 1)
    try Self.append(ring, 4..<5)
    #expect(ring.catalog.snapshot.retention.spans == 2)
  }

  @Test func `blocks are found by the times at which their spans end`() throws {
    let ring = try Self.open(SimulatedFileSystem())
    for end in [100, 200, 300] as [UInt64] {
      try ring.append([SpanBatch([SpanMaker.plain(end, end: end)])], receivedAt: noon())
    }
    let window = TimeWindow(from: Timestamp(unixNanoseconds: 150), to: Timestamp(unixNanoseconds: 300))
    let blocks = ring.catalog.snapshot.blocks(overlapping: window)
    #expect(blocks.map(\.latestEnd.unixNanoseconds) == [200])
  }

  @Test func `after several laps the newest are there, the oldest gone, and the folder has not grown`() throws {
    let folder = TemporaryFolder()
    var ring = try Self.open(DiskFileSystem(), folder.path)
    let byteCount = 50_000
    let last: UInt64 = 1600  // 63 slots of 9 blocks: nearly three laps
    for number in 0..<last {
      try Self.append(ring, number..<number + 1, byteCount: byteCount)
      if number % 97 == 0 { #expect(folder.byteCount <= Self.capacity) }
      if number == 900 {
        try ring.sync()
        try ring.close()
        ring = try Self.open(DiskFileSystem(), folder.path)
      }
    }
    try ring.sync()
    let live = ring.catalog.snapshot
    let other = try RingSnapshot.reading(folder.path, files: DiskFileSystem())
    for snapshot in [live, other] {
      let retention = snapshot.retention
      #expect(retention.hasOverwritten)
      #expect((450...570).contains(retention.spans))
      let oldest = last - retention.spans
      #expect(retention.oldestArrival == .second(oldest))
      #expect(retention.newestArrival == .second(last - 1))
      #expect(retention.earliestEnd == Timestamp(unixNanoseconds: oldest))
      for number in [0, 500, oldest - 1] { #expect(try Self.spans(number, in: snapshot).isEmpty) }
      for number in [oldest, last - 200, last - 1] {
        #expect(try Self.spans(number, in: snapshot) == [SpanMaker.plain(number, byteCount: byteCount)])
      }
      #expect(snapshot.blocks(overlapping: .all).count == Int(retention.spans))
    }
    #expect(live.retention == other.retention)
    #expect(live.blocks(overlapping: .all) == other.blocks(overlapping: .all))
    #expect(folder.byteCount <= Self.capacity)
  }

  @Test func `spans of one trace are found in whichever segments they lie, in the order of arrival`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.open(files)
    var expected: [Span] = []
    for round in 0..<5 as Range<UInt64> {
      var late = SpanMaker.plain(7777)
      late.spanID = SpanID(rawValue: 100 + round)
      expected.append(late)
      try ring.append([SpanBatch([SpanMaker.plain(round), late])], receivedAt: .second(round))
      try Self.append(ring, 1000 + round * 20..<1020 + round * 20, byteCount: 50_000)
    }
    try ring.sync()
    #expect(ring.catalog.snapshot.state.closed.count >= 10)
    #expect(try Self.spans(7777, in: ring.catalog.snapshot) == expected)
    #expect(try Self.spans(7777, in: RingSnapshot.reading("/ring", files: files)) == expected)
  }

  @Test func `a slot is sealed before its footer outgrows it`() throws {
    let ring = try Self.open(SimulatedFileSystem())
    for number in 0..<300 as Range<UInt64> {
      // Blocks of one page, and of many traces.
      let count: UInt64 = number % 3 == 0 ? 400 : 1
      let spans = (0..<count).map { SpanMaker.plain(number << 20 + $0) }
      try ring.append([SpanBatch(spans)], receivedAt: noon())
    }
    let state = ring.catalog.snapshot.state
    #expect(state.closed.count >= 4)
    for segment in state.closed { #expect(segment.blocks == nil && segment.summary.blockCount > 20) }
    for number in 0..<300 as Range<UInt64> {
      #expect(try Self.spans(number << 20, in: ring.catalog.snapshot).count == 1)
    }
  }

  @Test func `lookups do without filters once these are over their budget`() throws {
    let ring = try Self.open(SimulatedFileSystem())
    try Self.append(ring, 0..<40, byteCount: 50_000)
    var snapshot = ring.catalog.snapshot
    for position in snapshot.state.closed.indices { snapshot.state.closed[position].dropFilter() }
    for number in 0..<40 as Range<UInt64> { #expect(try Self.spans(number, in: snapshot).count == 1) }
    #expect(try Self.spans(41, in: snapshot).isEmpty)
  }

  @Test func `a ring grows and shrinks, and says so`() throws {
    let files = SimulatedFileSystem()
    var ring = try Self.open(files)
    try Self.append(ring, 0..<400, byteCount: 50_000)
    try ring.close()
    ring = try Self.open(files, capacity: 64 << 20)
    #expect(ring.notices.contains(.grew(from: 32 << 20, to: 64 << 20)))
    #expect(ring.catalog.snapshot.retention.spans == 400)
    #expect(!ring.catalog.snapshot.retention.hasOverwritten)
    try Self.append(ring, 400..<800, byteCount: 50_000)
    #expect(ring.catalog.snapshot.retention.spans == 800)
    try ring.close()
    ring = try Self.open(files, capacity: 32 << 20)
    let retention = ring.catalog.snapshot.retention
    #expect(
      ring.notices.contains { if case .shrank(64 << 20, 32 << 20, let dropped) = $0 { dropped > 0 } else { false } })
    #expect((400..<700).contains(retention.spans) && retention.hasOverwritten)
    #expect(try files.list("/ring/slots").count == 63)
    #expect(try Self.spans(799, in: ring.catalog.snapshot).count == 1)
    #expect(try Self.spans(0, in: ring.catalog.snapshot).isEmpty)
    try Self.append(ring, 800..<1700, byteCount: 50_000)
    #expect(try Self.spans(1699, in: ring.catalog.snapshot).count == 1)
    #expect(throws: RingError.capacityTooSmall(bytes: 1, minimum: 32 << 20)) { try Self.open(files, capacity: 1) }
  }

  @Test func `a restart costs no slot`() throws {
    let files = SimulatedFileSystem()
    for number in 0..<20 as Range<UInt64> {
      let ring = try Self.open(files)
      try Self.append(ring, number..<number + 1)
      try ring.close()
    }
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    #expect(snapshot.state.segments.count == 1)
    #expect(snapshot.retention.spans == 20 && snapshot.damage.isEmpty)
    for number in 0..<20 as Range<UInt64> { #expect(try Self.spans(number, in: snapshot).count == 1) }
  }
}
