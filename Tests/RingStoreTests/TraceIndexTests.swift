import Testing
import TraceModel

@testable import RingStore

@Suite struct TraceIndexTests {
  @Test func `a fingerprint is SipHash-1-3`() {
    // Of the 16 bytes 0 to 15 under the key of the bytes 0 to 15, by the reference implementation with one
    // compression round and three of finalization; words are little-endian there.
    let key = HashKey(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908)
    let message = TraceID(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908)
    #expect(key.fingerprint(of: message) == 0xcc4fdd1a7d908b66)
  }

  @Test func `a filter never denies what it holds and rarely claims what it does not`() {
    var random = SplitMix64(state: 2)
    for count in [1, 20, 5000] {
      var filter = TraceFilter(traceCount: count)
      let held = (0..<count).map { _ in random.next() }
      for fingerprint in held { filter.insert(fingerprint) }
      #expect(held.allSatisfy(filter.mayContain))
      let claimed = (0..<10_000).filter { _ in filter.mayContain(random.next()) }.count
      #expect(claimed < 150, "\(count) traces")
      #expect(TraceFilter(words: filter.words) == filter)
    }
    #expect(TraceFilter(words: []) == nil && TraceFilter(words: [1, 2, 3]) == nil)
  }

  @Test func `the pages of an index give back what went in, and no page passes for another`() throws {
    var random = SplitMix64(state: 6)
    var blocks = BlockList()
    var expected: [UInt64: [UInt64]] = [:]
    for number in 0..<40 as Range<UInt64> {
      // Fingerprints that are in many blocks, so that one spans pages.
      let fingerprints = Set((0..<30).map { _ in random.next() } + [7, 1 << 63]).sorted()
      var header = BlockHeader(
        kind: .spans, segment: 3, sequence: number + 1, durableSequence: 0, previousChecksum: 0, incarnation: 1,
        receivedAt: noon())
      header.payloadByteCount = 5000
      let offset = 4096 + number * 8192
      blocks.append(BlockDescriptor(header, at: offset, fingerprints: fingerprints))
      for fingerprint in fingerprints { expected[fingerprint, default: []].append(offset) }
    }
    let place = BlockTests.place
    let (footer, filter, bytes) = Footer.make(of: blocks, segment: 3, at: place)
    #expect(bytes.count <= Footer.byteCount(fingerprintCount: blocks.fingerprintCount, blockCount: blocks.count))
    let reader = BlockTests.reader(bytes)
    for (fingerprint, offsets) in expected {
      #expect(filter.mayContain(fingerprint))
      #expect(try reader.blockOffsets(of: fingerprint, in: footer, segment: 3) == offsets)
    }
    #expect(try reader.blockOffsets(of: 8, in: footer, segment: 3).isEmpty)
    #expect(try reader.blockOffsets(of: .max, in: footer, segment: 3).isEmpty)
    #expect(try reader.directory(footer, segment: 3).map(\.offset) == blocks.all.map(\.offset))
    #expect(try reader.filter(footer, segment: 3) == filter)
    #expect(throws: RingError.self) { try reader.blockOffsets(of: 7, in: footer, segment: 4) }
    for bit in stride(from: 0, to: 4096 * 8, by: 3) {
      var flipped = Array(bytes[..<4096])
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: CodingError.self) { try TraceIndex.entries(ofPage: flipped[...], segment: 3, at: place) }
    }
  }
}
