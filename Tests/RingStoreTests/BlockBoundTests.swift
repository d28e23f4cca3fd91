import Testing
import TraceModel

@testable import RingStore

/// A span that passes the door fits a block.
@Suite struct BlockBoundTests {
  static let nasty: [(String, [Attribute])] = [
    ("huge key", [Attribute(String(repeating: "k", count: 20_000), .bool(true))]),
    ("many keys", (0..<2_500).map { Attribute("key \($0)", .empty) }),
    ("many texts of 64 bytes", (0..<400).map { Attribute("k", .string(String(repeating: "\($0 % 10)", count: 64))) }),
    ("many short texts", (0..<5_000).map { Attribute("", .string($0 % 2 == 0 ? "" : "a")) }),
    ("many different texts", (0..<1_500).map { Attribute("k", .string("t\($0)")) }),
    ("shared beginnings", (0..<900).map { Attribute("k", .string("aaaaaaaa/\($0 + 1000)/long")) }),
    ("numbers", (0..<3_000).map { Attribute("n", .int($0 % 2 == 0 ? .min : .max)) }),
    ("deep", [Attribute("d", (0..<31).reduce(AttributeValue.int(1)) { value, _ in .array([value]) })]),
    ("wide", [Attribute("w", .array((0..<9_000).map { _ in .empty }))]),
    ("bytes", [Attribute("b", .bytes([UInt8](repeating: 7, count: 40_000)))]),
  ]

  @Test(arguments: nasty.indices)
  func `a block of one span is no longer than the batch says`(number: Int) throws {
    var span = SpanMaker.plain(UInt64.max - 3, end: .max)
    (span.flags, span.parentSpanID) = (.max, SpanID(rawValue: 1 << 63))
    span.attributes = Self.nasty[number].1
    span.events = [SpanEvent(time: Timestamp(unixNanoseconds: 0), name: "e", attributes: [span.attributes[0]])]
    span.links = [
      SpanLink(traceID: .zero, spanID: .zero, traceState: "x", attributes: [span.attributes[0]], flags: .max)
    ]
    try expectFits(SpanBatch([span]), "\(Self.nasty[number].0)")
  }

  @Test(arguments: 0..<4)
  func `blocks of random spans are no longer than the batch says`(group: UInt64) throws {
    for seed in group * 25..<group * 25 + 25 {
      var maker = SpanMaker(seed: seed)
      let spans = (0..<1 + Int(seed % 7)).map { _ in maker.rich() }
      try expectFits(SpanBatch(spans), "seed \(seed)")
      var sum = 0
      let batch = SpanBatch(spans)
      for row in 0..<batch.count { sum += batch.byteCount(ofRow: row) }
      #expect(batch.byteCount <= sum, "seed \(seed)")
    }
  }

  private func expectFits(_ batch: SpanBatch, _ what: Comment) throws {
    let block = FuzzedBlock.bytes(batch)
    let header = try BlockHeader(from: block[...], at: FuzzedBlock.place, layout: FuzzedBlock.layout)
    let byteCount = BlockHeader.byteCount + Int(header.payloadByteCount)
    #expect(byteCount <= batch.byteCount + Limits.blockOverheadByteCount, what)
    if batch.count == 1 { #expect(batch.byteCount == batch.byteCount(ofRow: 0), what) }
    #expect(try BlockFuzzTests.reader(block).spans().spans() == batch.spans(), what)
  }

  @Test func `a span of ten thousand attributes is stored in a ring of the smallest blocks or refused at its door`()
    throws
  {
    var span = SpanMaker.plain(1)
    for count in [10_000, 4_000, 1_000] {
      span.attributes = (0..<count).map { Attribute("attribute \($0)", .int(Int64($0))) }
      let batch = SpanBatch([span])
      let fits = batch.byteCount(ofRow: 0) <= BlockTests.layout.spanByteCountMax
      #expect(fits == (count == 1_000))
      var packer = BlockPacker(BlockTests.layout, BlockTests.key)
      let drafts = try? packer.pack([ReceivedRequest(batch)], [0], receivedAt: noon())
      if fits { #expect(drafts?.count == 1) }
    }
  }

  @Test func `a span that only its peer makes too large is stored without`() throws {
    let layout = BlockTests.layout
    var random = SplitMix64(state: 8)
    let address = (0..<layout.spanByteCountMax - 1000).map { _ in UInt8(ascii: "a") + UInt8(random.next() % 26) }
    var span = SpanMaker.plain(1)
    span.attributes = [Attribute("server.address", .string(String(decoding: address, as: UTF8.self)))]
    var batch = SpanBatch([span])
    #expect(batch.byteCount(ofRow: 0) <= layout.spanByteCountMax)
    (batch.outcomes, batch.peerIndices) = ([.ok], [batch.intern(peer: address)])
    var packer = BlockPacker(layout, BlockTests.key)
    let drafts = try packer.pack([ReceivedRequest(batch)], [0], receivedAt: noon())
    let read = try BlockTests.read(BlockTests.bytes(try #require(drafts.first)))
    #expect(try read.spans() == [span] && !read.isAnnotated)
  }
}
