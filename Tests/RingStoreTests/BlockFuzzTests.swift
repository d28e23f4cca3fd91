import Testing
import TraceModel

@testable import RingStore

@Suite struct BlockFuzzTests {
  static let blocks: [[UInt8]] = {
    var maker = SpanMaker(seed: 5)
    return [
      FuzzedBlock.bytes(SpanBatch((0..<12).map { _ in maker.rich() })),
      FuzzedBlock.bytes(BlockTests.ordinary(40)), FuzzedBlock.bytes(BlockTests.ordinary(140, seed: 9)),
      FuzzedBlock.bytes(SpanBatch([maker.rich()])),
    ]
  }()

  @Test func `a block with its checksums made again is the same`() throws {
    for block in Self.blocks {
      var signed = block
      signBlock(&signed)
      #expect(signed == block)
    }
  }

  /// Fails by trapping; the seed is the number of the case.
  @Test(arguments: 0..<8)
  func `whatever bytes stand under valid checksums, reading ends in spans or in damage`(group: Int) {
    for seed in UInt64(group) * 250..<UInt64(group + 1) * 250 { fuzzBlock(Self.mutated(seed)) }
  }

  /// One of the blocks with a few bytes changed, most of them where lengths, counts and references stand.
  static func mutated(_ seed: UInt64) -> [UInt8] {
    var random = SplitMix64(state: seed)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var bytes = blocks[below(blocks.count)]
    let sectionCount = Int(bytes[...].number(BlockHeader.sectionCountField) as UInt16)
    let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, UInt8(below(256))]
    for _ in 0...below(4) {
      let start = BlockHeader.byteCount + below(sectionCount) * Section.byteCount
      let entry = bytes[start..<start + Section.byteCount]
      let begin = Int(entry.number(Section.offsetField) as UInt32)
      let length = Int(entry.number(Section.storedField) as UInt32)
      guard begin < bytes.count, length > 0, begin + length <= bytes.count else { break }
      switch below(12) {
      case 0:  // a section is another one, or longer, or as another codec
        bytes[start + [0, 2, 8, 9, 12, 13, 14][below(7)]] = extremes[below(extremes.count)]
      case 1:  // more or fewer spans
        bytes[12 + below(3)] = extremes[below(extremes.count)]
      case 2, 3, 4:  // the beginning: widths, counts
        bytes[begin + below(min(length, 12))] = extremes[below(extremes.count)]
      case 5:  // a stretch from elsewhere
        let from = begin + below(length)
        let count = min(1 + below(24), bytes.count - max(from, begin))
        let target = below(bytes.count - count + 1)
        if from + count <= bytes.count, target >= BlockHeader.byteCount {
          bytes.replaceSubrange(target..<target + count, with: Array(bytes[from..<from + count]))
        }
      default: bytes[begin + below(length)] = extremes[below(extremes.count)]
      }
    }
    return bytes
  }

  @Test func `few bytes cannot stand for many`() throws {
    // A text of 3 kB with two thousand references to it, and the same in shapes.
    let text = String(repeating: "x", count: 3_000)
    var span = SpanMaker.plain(1)
    span.events = (0..<2_000).map { _ in SpanEvent(time: noon(), name: text) }
    let details = FuzzedBlock.bytes(SpanBatch([span]))
    #expect(details.count < 32 << 10)
    #expect(BlockTests.isDamaged { _ = try Self.reader(details).spans() })
    #expect(BlockTests.isDamaged { _ = try Self.reader(details).spans(rows: [0]) })
    span.events = []
    span.attributes = (0..<2_000).map { _ in Attribute(text, .empty) }
    let shapes = FuzzedBlock.bytes(SpanBatch([span]))
    #expect(shapes.count < 32 << 10)
    #expect(BlockTests.isDamaged { _ = try Self.reader(shapes).spans() })
    // Links and everything else of such a block can be read all the same.
    #expect(try Self.reader(details).links().count == 1)
  }

  static func reader(_ bytes: [UInt8]) throws -> BlockReader {
    let slot = SlotReader(
      file: BytesFile(bytes, at: FuzzedBlock.place.offset), ring: FuzzedBlock.place.ring, slot: FuzzedBlock.place.slot,
      layout: FuzzedBlock.layout, hashKey: FuzzedBlock.key)
    return try BlockReader(slot, at: FuzzedBlock.place.offset, segment: nil)
  }
}
