import Testing
import TraceModel

@testable import RingStore

@Suite struct BlockTests {
  static let key = HashKey(high: 1, low: 2)
  static let layout = SlotLayout(slotByteCount: 512 << 10)
  static let place = Place(ring: RingID(high: 3, low: 4), slot: 5, offset: 8192)

  static func draft(_ batch: SpanBatch) -> BlockDraft {
    var workspace = BlockWorkspace(key)
    return BlockDraft(BlockRows(batch), receivedAt: noon(), &workspace)
  }

  static func bytes(_ draft: BlockDraft) -> [UInt8] {
    var draft = draft
    var header = BlockHeader(
      kind: .spans, segment: 7, sequence: 9, durableSequence: 8, previousChecksum: 10, incarnation: 2,
      receivedAt: draft.receivedAt)
    return draft.bytes(under: &header, at: place)
  }

  /// A slot reader over one block at its place.
  static func reader(_ block: [UInt8], place: Place = place) -> SlotReader {
    SlotReader(
      file: BytesFile(block, at: Self.place.offset), ring: place.ring, slot: place.slot, layout: layout, hashKey: key)
  }

  static func read(_ block: [UInt8], place: Place = place) throws -> SpanBatch {
    try BlockReader(reader(block, place: place), at: place.offset, segment: 7).spans()
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `what goes into a block comes out of it`(seed: UInt64) throws {
    var maker = SpanMaker(seed: seed)
    let spans = (0..<60).map { _ in maker.rich() }
    let read = try Self.read(Self.bytes(Self.draft(SpanBatch(spans))))
    #expect(try read.spans() == spans, "seed \(seed)")
  }

  @Test func `columns of every width come back`() throws {
    for count in [1, 255, 256, 300] {
      let spans = (0..<count).map { number in
        var span = SpanMaker.plain(UInt64(number))
        span.name = "name \(number)"
        span.flags = number == 0 ? 0 : 1 << UInt32(number % 32)
        return span
      }
      #expect(try Self.read(Self.bytes(Self.draft(SpanBatch(spans)))).spans() == spans)
    }
  }

  @Test func `one trace's rows come without the others`() throws {
    var maker = SpanMaker(seed: 3)
    let wanted = TraceID(high: 1, low: 1)
    let spans = (0..<40).map { maker.rich(traceID: $0 % 7 == 3 ? wanted : nil) }
    let block = try BlockReader(
      Self.reader(Self.bytes(Self.draft(SpanBatch(spans)))), at: Self.place.offset, segment: 7)
    let rows = try block.rows(of: wanted)
    #expect(rows == [3, 10, 17, 24, 31, 38])
    #expect(try block.spans(rows: rows).spans() == spans.filter { $0.traceID == wanted })
  }

  /// Ten spans each of some traces, repeating what real ones repeat.
  static func ordinary(_ count: Int, seed: UInt64 = 1) -> SpanBatch {
    var random = SplitMix64(state: seed)
    var spans: [Span] = []
    for number in 0..<count {
      let trace = UInt64(number % max(1, count / 10))
      spans.append(
        Span(
          traceID: TraceID(high: 9, low: trace), spanID: SpanID(rawValue: UInt64(number + 1)),
          parentSpanID: SpanID(rawValue: number % 3 == 0 ? 0 : number % 3 == 1 ? UInt64(number) : random.next()),
          name: "GET /\(number % 7)", kind: .server, start: .second(1_000_000 + random.next() % 100),
          end: .second(1_000_100),
          attributes: [
            Attribute("url.full", .string("http://shop.internal/cart/\(100_000 + number)")),
            Attribute("http.request.method", .string("GET")), Attribute("status", .int(Int64(200 + number % 5))),
            Attribute("user.id", .string("user-\(random.next() % 50)")),
          ],
          events: number % 11 == 0
            ? [SpanEvent(time: .second(7), name: "exception", attributes: [Attribute("trace", .string("at a\nat b"))])]
            : [], status: SpanStatus(message: number % 13 == 0 ? "upstream timed out" : ""),
          resource: Resource(attributes: [Attribute("service.name", .string("service \(number % 3)"))]),
          scope: InstrumentationScope(name: "scope \(number % 2)")))
    }
    var batch = SpanBatch(spans)
    batch.outcomes = batch.kinds.indices.map { $0 % 9 == 0 ? .fault : .ok }
    batch.peerIndices = batch.kinds.indices.map { $0 % 4 == 0 ? 0 : batch.intern(peer: Array("peer \($0 % 5)".utf8)) }
    return batch
  }

  static func blockReader(_ batch: SpanBatch) throws -> BlockReader {
    try BlockReader(reader(bytes(draft(batch))), at: place.offset, segment: 7)
  }

  /// Everything that a batch without details has.
  static func expectSameLinks(_ left: SpanBatch, _ right: SpanBatch, rows: [Int]) {
    #expect(left.traceIDs == rows.map { right.traceIDs[$0] } && left.spanIDs == rows.map { right.spanIDs[$0] })
    #expect(left.parentSpanIDs == rows.map { right.parentSpanIDs[$0] })
    #expect(left.starts == rows.map { right.starts[$0] } && left.ends == rows.map { right.ends[$0] })
    #expect(left.kinds == rows.map { right.kinds[$0] } && left.flags == rows.map { right.flags[$0] })
    #expect(left.statusCodes == rows.map { right.statusCodes[$0] })
    #expect(left.isAnnotated == right.isAnnotated)
    for (row, other) in rows.enumerated() {
      #expect(left.resource(at: row) == right.resource(at: other) && left.name(at: row) == right.name(at: other))
      guard right.isAnnotated else { continue }
      #expect(left.outcomes[row] == right.outcomes[other])
      #expect(peer(left, row) == peer(right, other))
    }
  }

  private static func peer(_ batch: SpanBatch, _ row: Int) -> [UInt8]? {
    batch.peerIndices[row] == 0 ? nil : batch.peers[Int(batch.peerIndices[row]) - 1]
  }

  @Test(arguments: [1, 10, 127, 128, 129, 600])
  func `links, all, and the rows of a trace are what went in`(count: Int) throws {
    let batch = Self.ordinary(count)
    let block = try Self.blockReader(batch)
    let all = try block.spans()
    #expect(try all.spans() == batch.spans())
    Self.expectSameLinks(all, batch, rows: Array(0..<count))
    let links = try block.links()
    #expect(!links.hasDetails && links.scopes.isEmpty)
    Self.expectSameLinks(links, batch, rows: Array(0..<count))
    for trace in 0..<UInt64(min(12, max(1, count / 10))) {
      let rows = try block.rows(of: TraceID(high: 9, low: trace))
      #expect(rows == batch.traceIDs.indices.filter { batch.traceIDs[$0].low == trace })
      let some = try block.spans(rows: rows)
      #expect(try some.spans() == rows.map { try batch.span(at: $0) })
      Self.expectSameLinks(some, batch, rows: rows)
      Self.expectSameLinks(try block.links(rows: rows), batch, rows: rows)
      #expect(some.resources.count <= rows.count && some.names.count <= rows.count && some.peers.count <= rows.count)
    }
    #expect(try block.rows(of: TraceID(high: 1, low: 1)) == [])
    #expect(try block.spans(rows: []).isEmpty)
  }

  @Test func `a batch that nobody annotated comes back so`() throws {
    var batch = Self.ordinary(20)
    (batch.outcomes, batch.peerIndices, batch.peers) = ([], [], [])
    let block = try Self.blockReader(batch)
    #expect(try !block.links().isAnnotated && !block.spans().isAnnotated)
    #expect(try block.spans().spans() == batch.spans())
  }

  @Test func `any 64-bit times come back, and parents wherever they are`() throws {
    let times: [UInt64] = [0, 1, .max, .max / 2, .max / 2 + 1, 1_795_000_000_000_000_000]
    var spans: [Span] = []
    for start in times {
      for end in times {
        spans.append(
          Span(
            traceID: .zero, spanID: SpanID(rawValue: UInt64(spans.count / 2)),
            parentSpanID: SpanID(rawValue: UInt64(spans.count * 7 % 40)), flags: .max, name: "",
            kind: SpanKind(rawValue: spans.count % 2 == 0 ? .min : .max), start: Timestamp(unixNanoseconds: start),
            end: Timestamp(unixNanoseconds: end), status: SpanStatus(code: SpanStatus.Code(rawValue: .min))))
      }
    }
    let block = try Self.blockReader(SpanBatch(spans))
    #expect(try block.spans().spans() == spans)
    #expect(try block.spans(rows: [1, 7, 35]).spans() == [1, 7, 35].map { spans[$0] })
  }

  @Test func `what repeats is stored once and what does not is not stored twice`() throws {
    let stack = String(repeating: "at some.where(file:1)\n", count: 100)
    let spans = (0..<100).map { number in
      var span = SpanMaker.plain(UInt64(number), byteCount: 0)
      span.status.message = stack
      span.attributes.append(Attribute("url", .string("https://shop.example/cart/items/\(10_000 + number)")))
      return span
    }
    let draft = Self.draft(SpanBatch(spans))
    #expect(draft.byteCount < 3 * 4096)
    #expect(try Self.read(Self.bytes(draft)).spans() == spans)
  }

  @Test
  func
    `tokens are those of short texts, also in lists, whole numbers, keys and names, and the stored block has the same`()
    throws
  {
    let long = String(repeating: "x", count: 65)
    var span = SpanMaker.plain(1)
    span.attributes = [
      Attribute("a", .string("")), Attribute("b", .string("one")), Attribute("c", .string(long)),
      Attribute("d", .int(-5)), Attribute("e", .double(7)), Attribute("f", .array([.string("in")])),
      Attribute("g", .string(String(long.dropLast()))), Attribute("b", .string("one")),
    ]
    span.events = [SpanEvent(time: .second(1), name: "an event")]
    span.name = "a name"
    span.resource.attributes = [Attribute("h", .double(8)), Attribute("i", .bool(true))]
    let draft = Self.draft(SpanBatch([span, span]))
    let texts = ["", "one", "in", String(long.dropLast()), "a name"].map { Self.key.token(ofText: $0) }
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map { Self.key.token(ofKey: $0) }
    let numbers = [-5, 7, 8].map { Self.key.token(ofInt: $0) }
    let expected = (texts + numbers + keys).compactMap { $0.map { UInt32(truncatingIfNeeded: $0) } }
    #expect(draft.digest.tokens?.sorted() == expected.sorted() && expected.count == 17)
    #expect(Self.key.token(ofText: long) == nil)
    #expect(Set([Self.key.token(ofText: "5"), Self.key.token(ofInt: 5), Self.key.token(ofKey: "5")]).count == 3)
    #expect(Self.key.token(ofText: "one") != HashKey(high: 1, low: 3).token(ofText: "one"))

    for (count, seed) in [(1, 1), (300, 2), (700, 3)] as [(Int, UInt64)] {
      let batch = Self.ordinary(count, seed: seed)
      let stored = try Self.blockReader(batch).tokens()
      #expect(stored.sorted() == Self.draft(batch).digest.tokens?.sorted())
      let contains = { (token: UInt64) in stored.contains(UInt32(truncatingIfNeeded: token)) }
      for attribute in try batch.attributes(at: count - 1) {
        #expect(contains(Self.key.token(ofKey: attribute.key)))
        if let text = attribute.value.stringValue { #expect(contains(Self.key.token(ofText: text) ?? 0)) }
        if let number = attribute.value.intValue { #expect(contains(Self.key.token(ofInt: number))) }
      }
    }
  }

  @Test func `every flipped bit is found, but in the zeros that fill the last page`() throws {
    var maker = SpanMaker(seed: 4)
    var batch = SpanBatch([maker.rich(), maker.rich()])
    batch.outcomes = [.ok, .fault]
    batch.peerIndices = [0, batch.intern(peer: [1, 2, 3])]
    let whole = Self.bytes(Self.draft(batch))
    let header = try BlockHeader(from: whole[...], at: Self.place, layout: Self.layout)
    let used = BlockHeader.byteCount + Int(header.payloadByteCount)
    #expect(used < whole.count)
    for bit in 0..<(whole.count * 8) {
      var flipped = whole
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let isFound = Self.isDamaged { _ = try Self.read(flipped) }
      #expect(isFound == (bit / 8 < used), "bit \(bit)")
    }
  }

  @Test func `a block at another place, of another slot or ring is not taken`() {
    let block = Self.bytes(Self.draft(SpanBatch([SpanMaker.plain(1)])))
    var other = Self.place
    other.slot = 6
    #expect(Self.isDamaged { _ = try Self.read(block, place: other) })
    other = Self.place
    other.ring.low += 1
    #expect(Self.isDamaged { _ = try Self.read(block, place: other) })
    let moved = SlotReader(
      file: BytesFile(block, at: 4096), ring: Self.place.ring, slot: 5, layout: Self.layout, hashKey: Self.key)
    #expect(Self.isDamaged { _ = try BlockReader(moved, at: 4096, segment: 7) })
    #expect(Self.isDamaged { _ = try BlockReader(Self.reader(block), at: Self.place.offset, segment: 8) })
  }

  @Test func `blocks that are cut short are refused`() {
    let whole = Self.bytes(Self.draft(SpanBatch((0..<20).map { SpanMaker.plain($0) })))
    for count in stride(from: 0, to: BlockHeader.byteCount + 900, by: 13) {
      #expect(Self.isDamaged { _ = try Self.read(Array(whole[..<count])) })
    }
  }

  static func isDamaged(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return false
    } catch RingError.damaged {
      return true
    } catch {
      return false
    }
  }
}
