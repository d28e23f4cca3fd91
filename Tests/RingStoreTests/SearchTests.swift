import Testing
import TraceModel

@testable import RingStore

@Suite struct SearchTests {
  private static let spanCount: UInt64 = 1800

  /// Sealed slots and a head, of blocks of 20 spans, each with some bytes so that slots fill up.
  private static func ring(seed: UInt64) throws -> (files: SimulatedFileSystem, spans: [TraceModel.Span]) {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    var maker = SearchableSpans(seed: seed)
    var spans: [TraceModel.Span] = []
    for start in stride(from: 0, to: spanCount, by: 20) {
      var batch = (start..<start + 20).map { maker.span($0) }
      batch[7].attributes.append(
        Attribute("payload", .bytes((0..<40_000).map { _ in UInt8(truncatingIfNeeded: maker.random.next()) })))
      spans += batch
      try ring.append([SpanBatch(batch)], receivedAt: noon() + .seconds(start + 20))
    }
    try ring.close()
    return (files, spans)
  }

  private static func all(
    _ filter: SpanFilter, _ window: TimeWindow = .all, order: SearchOrder = .newestFirst, limit: Int = 10_000,
    in snapshot: RingSnapshot
  ) throws -> [SpanMatch] {
    var (matches, cursor): ([SpanMatch], SpanCursor?) = ([], nil)
    repeat {
      let page = try snapshot.search(filter, window: window, order: order, limit: limit, after: cursor)
      #expect(page.matches.count <= limit && !page.isPartial && !page.isCut && page.damage.isEmpty)
      matches += page.matches
      cursor = try page.next.map { try #require(SpanCursor($0.description)) }
    } while cursor != nil
    return matches
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `a search finds what a look at every span finds, in both orders and pages of any size`(seed: UInt64) throws {
    let (files, spans) = try Self.ring(seed: seed)
    let snapshots = [
      try RingTests.open(files.copy()).catalog.snapshot, try RingSnapshot.reading("/ring", files: files),
    ]
    #expect(snapshots[0].state.closed.count > 3)
    var maker = SearchableSpans(seed: seed + 100)
    var found = 0
    for round in 0..<120 {
      let (filter, window) = (maker.filter(), maker.window())
      let expected = spans.filter { filter.matches($0, window) }.map(\.spanID)
      let (order, limit) = (round % 2 == 0 ? SearchOrder.newestFirst : .oldestFirst, [1000, 7, 64, 300][round % 4])
      let matches = try Self.all(filter, window, order: order, limit: limit, in: snapshots[round / 2 % 2])
      let ids = order == .newestFirst ? matches.reversed().map(\.spanID) : matches.map(\.spanID)
      #expect(ids == expected, "seed \(seed), round \(round): \(filter), \(window)")
      found += expected.count
    }
    #expect(found > 1000)
  }

  @Test func `a match says what a list shows of its span`() throws {
    let (files, spans) = try Self.ring(seed: 4)
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let matches = try Self.all(SpanFilter([.kind(.server)]), order: .oldestFirst, in: snapshot)
    let expected = spans.filter { $0.kind == .server }
    #expect(matches.map(\.traceID) == expected.map(\.traceID) && matches.map(\.name) == expected.map(\.name))
    #expect(matches.map(\.service) == expected.map { $0.resource.serviceName })
    #expect(matches.map(\.serviceNamespace) == expected.map { $0.resource.serviceNamespace })
    #expect(matches.map(\.start) == expected.map(\.start) && matches.map(\.duration) == expected.map(\.duration))
    #expect(matches.map(\.status) == expected.map(\.status.code) && matches.allSatisfy { $0.kind == .server })
    let from = try #require(matches.dropFirst(40).first)
    let page = try snapshot.search(SpanFilter([.kind(.server)]), order: .oldestFirst, limit: 5, after: from.cursor)
    #expect(page.matches == Array(matches[40..<45]))
  }

  @Test func `a search for few of the newest reads the newest blocks alone`() throws {
    let (files, _) = try Self.ring(seed: 5)
    let counted = CountedFileSystem(files)
    let snapshot = try RingSnapshot.reading("/ring", files: counted)
    _ = counted.reads.take()
    let page = try snapshot.search(SpanFilter(), limit: 30)
    #expect(page.matches.count == 30 && page.readBlocks == 2 && page.next != nil)
    #expect(counted.reads.take().bytes < 40_000)
    let old = try snapshot.search(SpanFilter(), order: .oldestFirst, limit: 20)
    #expect(old.matches.map(\.spanID.rawValue) == Array(1...20) && old.readBlocks == 1)
  }

  @Test func `times, zone maps and filters keep a search from reading blocks that have no match`() throws {
    let (files, spans) = try Self.ring(seed: 6)
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let headBlocks = snapshot.state.head?.blocks?.count ?? 0
    let sealedBlocks = Int(Self.spanCount) / 20 - headBlocks
    func search(_ condition: SpanFilter.Condition, _ window: TimeWindow = .all) throws -> SearchPage {
      try snapshot.search(SpanFilter([condition]), window: window, limit: 1000)
    }
    let order = try search(.attribute(.span, "order", equals: .int(100)))
    #expect(order.matches.map(\.spanID.rawValue) == [101] && order.readBlocks <= headBlocks + 1 + sealedBlocks / 10)
    let nothing = try search(.attribute(.any, "order", equals: .int(1 << 40)))
    #expect(nothing.matches.isEmpty && nothing.readBlocks <= headBlocks + sealedBlocks / 20)
    #expect(try search(.hasAttribute(.any, "nowhere")).readBlocks <= headBlocks + sealedBlocks / 20)
    #expect(try search(.service("another")).readBlocks == 0)
    let slowest = try #require(spans.map(\.duration).max())
    let slow = try search(.duration(slowest...slowest))
    #expect(slow.matches.count == 1 && slow.readBlocks == 1 && slow.skippedBlocks == sealedBlocks + headBlocks - 1)
    let late = try search(.kind(.server), TimeWindow(from: noon() + .seconds(1790)))
    #expect(late.readBlocks <= 2)
    #expect(try search(.start(.second(5000)...Timestamp.second(6000))).readBlocks == 0)
  }

  @Test func `tokens of a slot that another process left are found when it is sealed`() throws {
    let files = SimulatedFileSystem()
    var maker = SearchableSpans(seed: 7)
    for round in 0..<2 as Range<UInt64> {
      let ring = try RingTests.open(files)
      try ring.append([SpanBatch((round * 20..<round * 20 + 20).map { maker.span($0) })], receivedAt: noon())
      if round == 1 { try RingTests.append(ring, 100..<112, byteCount: 50_000) }
      try ring.close()
    }
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let first = try #require(snapshot.state.closed.first)
    guard case .sealed(let footer, _) = first.content else { throw RingError.closed }
    #expect(footer[.attributeFilter] != nil)
    for (number, block) in [(25, 1), (5, 0), (45, nil)] as [(Int64, Int?)] {
      let wanted = SpanFilter([.attribute(.span, "order", equals: .int(number))])
      let page = try snapshot.search(wanted, limit: 10)
      #expect(page.matches.map(\.spanID.rawValue) == (block == nil ? [] : [UInt64(number) + 1]))
      #expect(page.readBlocks <= 2 + (snapshot.state.head?.blocks?.count ?? 0))
    }
  }

  @Test func `a search that is given up keeps what it has and goes on from its cursor`() throws {
    let (files, spans) = try Self.ring(seed: 8)
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let filter = SpanFilter([.status(.error)])
    var (ids, cursor, rounds): ([SpanID], SpanCursor?, Int) = ([], nil, 0)
    repeat {
      var patience = 9
      let page = try snapshot.search(filter, limit: 1000, after: cursor) {
        patience -= 1
        return patience < 0
      }
      #expect(page.isCut == (page.next != nil))
      ids += page.matches.map(\.spanID)
      cursor = page.next
      rounds += 1
    } while cursor != nil && rounds < 1000
    #expect(ids.reversed() == spans.filter { $0.status.code == .error }.map(\.spanID) && rounds > 5)
  }

  @Test func `damage costs a search its block and is told`() throws {
    let (files, spans) = try Self.ring(seed: 9)
    let before = try RingSnapshot.reading("/ring", files: files)
    let block = try #require(before.blocks(overlapping: .all).dropFirst(2).first)
    guard case .block(let slot, _, let offset) = block.location else { throw RingError.closed }
    files.overwrite(before.folder.slotPath(slot), at: offset + 200, with: [0xa5, 0x5a, 0xa5, 0x5a])
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let page = try snapshot.search(SpanFilter(), limit: 10_000)
    #expect(page.isPartial && page.damage.map(\.offset) == [offset])
    #expect(Set(page.matches.map(\.spanID)) == Set((spans[..<40] + spans[60...]).map(\.spanID)))
  }

  @Test func `damaged filters and directories cost a search no span`() throws {
    let (files, spans) = try Self.ring(seed: 10)
    let before = try RingSnapshot.reading("/ring", files: files)
    let segment = try #require(before.state.closed.first)
    guard case .sealed(let footer, _) = segment.content else { throw RingError.closed }
    let filter = try #require(footer[.attributeFilter])
    let path = before.folder.slotPath(segment.slot)
    for page in 0..<UInt64(filter.pageCount) {
      files.overwrite(path, at: UInt64(filter.offset) + page * 4096 + 100, with: [1, 2, 3, 4, 5, 6, 7, 8])
    }
    files.overwrite(path, at: UInt64(footer.blockDirectory.offset) + 50, with: [1, 2, 3, 4, 5, 6, 7, 8])
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    for number in [11, 250, 1700] as [Int64] {
      let wanted = SpanFilter([.attribute(.span, "order", equals: .int(number))])
      let page = try snapshot.search(wanted, limit: 10)
      #expect(page.matches.map(\.spanID) == spans.filter { wanted.matches($0, .all) }.map(\.spanID))
      #expect(!page.isPartial && !page.damage.contains(where: \.losesSpans))
    }
  }

  @Test func `what is overwritten meanwhile is gone, and said to be`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<60, byteCount: 50_000)
    let old = ring.catalog.snapshot
    try RingTests.append(ring, 60..<1300, byteCount: 50_000)
    let page = try old.search(SpanFilter(), limit: 1000)
    #expect(page.matches.isEmpty && page.isPartial && page.damage.isEmpty)
  }
}
