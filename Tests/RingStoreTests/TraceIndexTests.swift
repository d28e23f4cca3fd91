import Testing
import TraceModel

@testable import RingStore

@Suite struct TraceIndexTests {
  private static let layout = SlotLayout(slotByteCount: 32 << 20)

  @Test func `a fingerprint is SipHash-1-3`() {
    // Of the 16 bytes 0 to 15 under the key of the bytes 0 to 15, by the reference implementation with one
    // compression round and three of finalization; words are little-endian there.
    let key = HashKey(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908)
    let message = TraceID(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908)
    #expect(key.fingerprint(of: message) == 0xcc4fdd1a7d908b66)
  }

  @Test func `a filter never denies what it holds and rarely claims what it does not`() throws {
    var random = SplitMix64(state: 2)
    for count in [1, 20, 5000] {
      let held = (0..<count).map { _ in random.next() }
      let keys = held.map { TraceIndex.key($0, 8192) }.sorted()
      let inFooter = TraceFilter(ofSorted: keys)
      for filter in [TraceFilter(held), inFooter] {
        #expect(held.allSatisfy { filter.mayContain(TraceFilter.Probe($0)) })
        let claimed = (0..<10_000).filter { _ in filter.mayContain(TraceFilter.Probe(random.next())) }.count
        #expect(claimed < 150, "\(count) traces")
      }
      let place = BlockTests.place
      let pages = inFooter.pages(segment: 3, at: place)
      #expect(try TraceFilter(fromPages: pages, segment: 3, at: place) == inFooter)
      #expect(throws: CodingError.self) { try TraceFilter(fromPages: pages, segment: 4, at: place) }
      #expect(throws: CodingError.self) { try TraceFilter(fromPages: pages.dropLast(), segment: 3, at: place) }
    }
    #expect(throws: CodingError.self) { try TraceFilter(fromPages: [], segment: 3, at: BlockTests.place) }
  }

  @Test func `numbers spread in any way are sorted`() {
    var random = SplitMix64(state: 5)
    for count in [0, 1, 2, 31, 1000, 5000] {
      let spread = (0..<count).map { _ in random.next() }
      #expect(UniformSort.sorted(spread) == spread.sorted())
      let clumped = (0..<count).map { _ in random.next() % 3 << 60 | random.next() % 5 }
      #expect(UniformSort.sorted(clumped) == clumped.sorted())
    }
  }

  /// Blocks of made-up traces, and where each trace is.
  private static func blocks(
    count: Int, traces: (Int) -> [UInt64]
  ) -> (blocks: BlockList, expected: [UInt64: [UInt64]]) {
    var blocks = BlockList()
    var expected: [UInt64: [UInt64]] = [:]
    for number in 0..<count {
      let fingerprints = Set(traces(number)).sorted()
      var header = BlockHeader(
        kind: .spans, segment: 3, sequence: UInt64(number) + 1, durableSequence: 0, previousChecksum: 0,
        incarnation: 1, receivedAt: noon())
      header.payloadByteCount = 5000
      let offset = 4096 + UInt64(number) * 8192
      blocks.append(
        BlockDescriptor(
          header, at: offset,
          BlockDigest(fingerprints: fingerprints, zone: ZoneMap(of: SpanBatch()), tokens: nil)))
      for fingerprint in fingerprints { expected[fingerprint, default: []].append(offset) }
    }
    return (blocks, expected)
  }

  @Test func `the pages of an index give back what went in, and no page passes for another`() throws {
    var random = SplitMix64(state: 6)
    // Traces that are in many blocks, so that one spans pages.
    let (blocks, expected) = Self.blocks(count: 700) { _ in (0..<30).map { _ in random.next() } + [7 << 20, 1 << 63] }
    let place = BlockTests.place
    let (footer, kept, bytes) = Footer.make(of: blocks, tokens: nil, segment: 3, at: place, Self.layout)
    #expect(bytes.count <= Footer.byteCount(of: blocks, and: nil, Self.layout))
    #expect(bytes.count % 4096 == 0)
    let reader = BlockTests.reader(bytes)
    let filter = try reader.filter(footer, segment: 3)
    for (fingerprint, offsets) in expected {
      let probe = TraceFilter.Probe(fingerprint)
      #expect(kept.mayContain(probe) == true && filter.mayContain(probe))
      #expect(try reader.filterMayContain(probe, in: footer, segment: 3))
      #expect(try reader.blockOffsets(of: fingerprint, in: footer, segment: 3) == offsets)
    }
    for start in [0, 4096, 4097, 5_000_000, 1 << 40] as [UInt64] {
      let found = try reader.blockOffsets(of: 1 << 63, from: start, in: footer, segment: 3)
      let pageStart = min(start, 1 << 29) / 4096 * 4096
      #expect(found == expected[1 << 63]?.filter { $0 >= pageStart })
    }
    for fingerprint in [0, 8 << 20, .max] as [UInt64] {
      #expect(try reader.blockOffsets(of: fingerprint, in: footer, segment: 3).isEmpty)
      let probe = TraceFilter.Probe(fingerprint)
      #expect(try reader.filterMayContain(probe, in: footer, segment: 3) == filter.mayContain(probe))
    }
    #expect(try reader.directory(footer, segment: 3).map(\.offset) == blocks.all.map(\.offset))
    #expect(throws: RingError.self) { try reader.blockOffsets(of: 7, in: footer, segment: 4) }
    for bit in stride(from: 0, to: 4096 * 8, by: 3) {
      var flipped = Array(bytes[..<4096])
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: CodingError.self) { try TraceIndex.keys(ofPage: flipped[...], segment: 3, at: place) }
    }
  }

  @Test func `a lookup reads the page where a trace should be, and few others however uneven the traces are`() throws {
    var random = SplitMix64(state: 9)
    let even = Self.blocks(count: 100) { _ in (0..<400).map { _ in random.next() } }
    let uneven = Self.blocks(count: 100) { _ in (0..<400).map { _ in random.next() >> 10 } + [.max] }
    for (blocks, expected, most, mean) in [
      (even.blocks, even.expected, 4, 1.6), (uneven.blocks, uneven.expected, 12, 9),
    ] {
      let (footer, _, bytes) = Footer.make(of: blocks, tokens: nil, segment: 3, at: BlockTests.place, Self.layout)
      let reads = CountedFileSystem.Reads()
      let reader = SlotReader(
        file: CountedFile(BytesFile(bytes, at: BlockTests.place.offset), reads), ring: BlockTests.place.ring,
        slot: BlockTests.place.slot, layout: BlockTests.layout, hashKey: BlockTests.key)
      var total = 0
      for fingerprint in expected.keys.sorted().prefix(500) {
        #expect(try reader.blockOffsets(of: fingerprint, in: footer, segment: 3) == expected[fingerprint])
        let calls = reads.take().calls
        #expect(calls <= most)
        total += calls
      }
      #expect(Double(total) / 500 < mean)
    }
  }
}
