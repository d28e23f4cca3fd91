import Testing
import TraceModel

@testable import RingStore

@Suite struct TracePagingTests {
  private static let giant = TraceID(high: 0xfeed, low: 0xbeef)

  /// Spans of one giant trace among those of others.
  private static func ring(giants: Int, files: any FileSystem) throws -> sending Ring {
    let ring = try RingTests.open(files)
    var number = 0
    while number < giants {
      let spans = (0..<min(1500, giants - number)).map { row in
        Span(
          traceID: row % 9 == 8 ? TraceID(high: 1, low: UInt64(number + row) + 1) : giant,
          spanID: SpanID(rawValue: UInt64(number + row) + 1), name: "work", start: noon(),
          end: noon() + .seconds(UInt64(number + row)))
      }
      number += spans.count
      try ring.append([SpanBatch(spans)], receivedAt: noon())
    }
    try ring.sync()
    return ring
  }

  private static func numbers(_ count: Int) -> [UInt64] {
    (0..<count).filter { $0 % 1500 % 9 != 8 }.map { UInt64($0) + 1 }
  }

  @Test func `a giant trace comes whole, page by page, from sealed segments and the head`() throws {
    let ring = try Self.ring(giants: 110_000, files: SimulatedFileSystem())
    let snapshot = ring.catalog.snapshot
    #expect(snapshot.state.closed.count > 3)
    var (pages, cursor, ids): (Int, SpanCursor?, [UInt64]) = (0, nil, [])
    repeat {
      let page = try snapshot.spans(of: Self.giant, limit: 20_000, after: cursor)
      #expect(page.batch.count <= 20_000 && !page.isPartial && page.damage.isEmpty)
      #expect(page.batch.count == 20_000 || page.next == nil)
      ids += page.batch.spanIDs.map(\.rawValue)
      cursor = page.next
      pages += 1
    } while cursor != nil
    #expect(ids == Self.numbers(110_000))
    #expect(pages == 5)
  }

  @Test(arguments: [1, 7, 333])
  func `pages of any size join without a gap and without an overlap`(limit: Int) throws {
    let files = SimulatedFileSystem()
    let ring = try Self.ring(giants: 4000, files: files)
    try ring.close()
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    var (cursor, ids): (SpanCursor?, [UInt64]) = (nil, [])
    for _ in 0..<min(4000, 900 / limit + 3) {
      let page = try snapshot.spans(of: Self.giant, limit: limit, after: cursor)
      ids += page.batch.spanIDs.map(\.rawValue)
      cursor = try page.next.map { try #require(SpanCursor($0.description)) }
      if cursor == nil { break }
    }
    #expect(ids == Array(Self.numbers(4000).prefix(ids.count)) && ids.count >= 900)
  }

  @Test func `the next page follows although the ring has gone on, and skips what it has let go of`() throws {
    let ring = try Self.ring(giants: 4000, files: SimulatedFileSystem())
    let first = try ring.catalog.snapshot.spans(of: Self.giant, limit: 1000)
    try RingTests.append(ring, 0..<30, byteCount: 50_000)
    let second = try ring.catalog.snapshot.spans(of: Self.giant, after: first.next)
    #expect((first.batch.spanIDs + second.batch.spanIDs).map(\.rawValue) == Self.numbers(4000))
    try RingTests.append(ring, 30..<1000, byteCount: 50_000)
    let third = try ring.catalog.snapshot.spans(of: Self.giant, after: first.next)
    #expect(third.batch.isEmpty && third.next == nil)
  }

  @Test(arguments: ["", "1", "1-2", "1-2-", "1-2-3-4", "x-1-1", "1-1-100000000", "-1-2-3", "1-2-11111111111111111"])
  func `what no cursor gave is none`(text: String) {
    #expect(SpanCursor(text) == nil)
  }

  @Test func `opening a ring reads two pages of each sealed slot, and an absent trace costs one more of each`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<500, byteCount: 50_000)
    try ring.close()
    let counted = CountedFileSystem(files)
    let snapshot = try RingSnapshot.reading("/ring", files: counted)
    let slotCount = 63
    let (calls, bytes) = counted.reads.take()
    #expect(calls <= 2 * slotCount + 80 && bytes < slotCount * 8192 + (2 << 20))
    #expect(try snapshot.spans(of: TraceID(high: 1, low: 1)).batch.isEmpty)
    #expect(counted.reads.take().calls <= snapshot.state.closed.count + 2)
    #expect(try snapshot.spans(of: RingTests.trace(77)).batch.count == 1)
    #expect(counted.reads.take().calls <= snapshot.state.closed.count + 6)
  }

  @Test func `a collector reads a filter once and knows it from then on`() throws {
    let files = CountedFileSystem(SimulatedFileSystem())
    var ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<100, byteCount: 50_000)
    try ring.close()
    ring = try RingTests.open(files)
    _ = files.reads.take()
    let snapshot = ring.catalog.snapshot
    #expect(try snapshot.spans(of: TraceID(high: 1, low: 1)).batch.isEmpty)
    #expect(files.reads.take().calls >= snapshot.state.closed.count)
    #expect(try ring.catalog.snapshot.spans(of: TraceID(high: 1, low: 1)).batch.isEmpty)
    #expect(files.reads.take().calls == 0)
  }
}
