import Testing
import TraceLinking
import TraceModel

@Suite struct FigureBytesTests {
  @Test(arguments: UInt64(1)...40) func `bytes read back say the same`(seed: UInt64) throws {
    let ring = try ring(seed)
    var graph = CallGraph()
    for block in ring.segments[0].blocks {
      try graph.add(block.batch) {
        block.batch.hasSoundTimes(at: $0, receivedAt: block.receivedAt) ? .counted : .skewed
      }
    }
    var read = Aggregates()
    try read.add(ring.segments[0].aggregates.totals)
    #expect(
      read.serviceMap(.all, overwrittenBefore: nil) == graph.join().serviceMap(.all, overwrittenBefore: nil),
      "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...20) func `subtracting what was added leaves what was there`(seed: UInt64) throws {
    let (kept, other) = (try ring(seed).sum(), try ring(seed + 1000).sum())
    var sum = kept
    sum += other
    sum -= other
    let (left, expected) = (
      sum.serviceMap(.all, overwrittenBefore: nil), kept.serviceMap(.all, overwrittenBefore: nil)
    )
    #expect(left.nodes.map(\.id) == expected.nodes.map(\.id), "seed \(seed)")
    #expect(left.edges.map(\.outcomes) == expected.edges.map(\.outcomes), "seed \(seed)")
    #expect(left.edges.map(\.latency.mean) == expected.edges.map(\.latency.mean), "seed \(seed)")
    #expect(left.nodes.map(\.latency.count) == expected.nodes.map(\.latency.count), "seed \(seed)")
    #expect(left.coverage == expected.coverage, "seed \(seed)")
    sum -= kept
    let nothing = sum.serviceMap(.all, overwrittenBefore: nil)
    #expect(nothing.nodes.isEmpty && nothing.edges.isEmpty && nothing.coverage == ServiceMap.Coverage())
  }

  @Test(arguments: UInt64(1)...40) func `no mutation of the bytes traps or adds half of them`(seed: UInt64) throws {
    let ring = try ring(seed)
    var random = SeededRandom(seed: seed)
    for round in 0..<100 {
      var bytes = [ring.segments[0].aggregates.totals, ring.segments[0].aggregates.minutes][round % 2]
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(place...)
        default: bytes.insert(.random(in: 0...255, using: &random), at: place)
        }
      }
      var sum = Aggregates()
      do throws(CodingError) {
        try sum.add(bytes, hasSpanNames: true)
        _ = sum.services()
        _ = sum.spanNameLatencies(.ofService("web"))
      } catch {
        #expect(sum.services().isEmpty, "seed \(seed)")
      }
      _ = sum.serviceMap(.all, overwrittenBefore: nil)
    }
  }

  @Test func `figures of the version before are read, and those of a later one are not`() throws {
    let ring = try ring(3)
    var bytes = ring.segments[0].aggregates.totals
    var reader = ByteReader(bytes)
    _ = try reader.varint()
    bytes[reader.offset] = 1
    var read = Aggregates()
    try read.add(bytes)
    #expect(
      read.serviceMap(.all, overwrittenBefore: nil) == (try ring.sum()).serviceMap(.all, overwrittenBefore: nil))
    bytes[reader.offset] = 3
    #expect(throws: CodingError.self) { try read.add(bytes) }
  }

  @Test func `nothing takes no bytes`() throws {
    var ring = MemoryRing()
    try ring.append([FoldableBlock(segment: 1, receivedAt: RandomForest.received, batch: SpanBatch())])
    #expect(ring.segments[0].aggregates == SegmentAggregates())
    #expect(try ring.sum().services().isEmpty)
  }

  private func ring(_ seed: UInt64) throws -> MemoryRing {
    var ring = MemoryRing()
    for blocks in RandomForest(seed: seed, isWild: false).segments.prefix(1) { try ring.append(blocks) }
    return ring
  }
}
