import Testing
import TraceModel

@testable import RingStore

/// What the decoders of records make of hostile bytes whose checksums hold: a value, or an error; never a trap.
@Suite struct InspectionFuzzTests {
  typealias Body = @Sendable ([UInt8]) -> Bool

  static let targets: [(String, Body)] = [
    ("superblock", FuzzedRecord.superblock), ("slot header", FuzzedRecord.slotHeader),
    ("trailer", FuzzedRecord.trailer), ("block header", FuzzedRecord.blockHeader), ("footer", FuzzedRecord.footer),
  ]

  /// A record as it is written, for the fuzzer to begin with.
  static func seed(_ target: String) throws -> [UInt8] {
    let ring = try InspectionRing.make(spanCount: 12)
    let segment = try #require(ring.state.segments.first)
    let bytes = try #require(ring.files.contents[InspectionRing.path(segment.slot)]).bytes
    func page(_ offset: Int, _ count: Int = 4096) -> [UInt8] { Array(bytes[offset..<min(offset + count, bytes.count)]) }
    switch target {
    case "superblock": return Array(try #require(ring.files.contents["/ring/RING"]).bytes.prefix(4096))
    case "slot header": return own(page(0), SlotHeader.ringField, SlotHeader.slotField)
    case "trailer": return own(page(bytes.count - 4096), SlotTrailer.ringField, SlotTrailer.slotField)
    case "block header": return page(4096)
    default:
      guard case .sealed(let footer, _) = segment.content else { return [] }
      return page(Int(footer.startOffset), 4 * 4096)
    }
  }

  /// As if it were of the fuzzed ring and slot.
  private static func own(_ page: [UInt8], _ ringField: Field, _ slotField: Field) -> [UInt8] {
    var page = page
    page.put(FuzzedRecord.ring, in: ringField)
    page.put(FuzzedRecord.slot, in: slotField)
    return page
  }

  @Test(arguments: targets.map(\.0)) func `records of hostile bytes are refused or read, and never trap`(
    target: String
  ) throws {
    let body = try #require(Self.targets.first { $0.0 == target }?.1)
    let whole = try Self.seed(target)
    if target != "footer" { #expect(body(whole)) }
    var takenCount = 0
    for seed in 0..<Rounds.count(2000) {
      var random = SplitMix64(state: seed)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Most of a page is zeros; the fields are in front.
        let position = Int.random(
          in: 0..<(random.next() % 4 == 0 ? bytes.count : min(bytes.count, 400)), using: &random)
        bytes[position] =
          [0, 1, 0x7f, 0x80, 0xff, UInt8(truncatingIfNeeded: random.next())].randomElement(using: &random) ?? 0
      }
      if body(bytes) { takenCount += 1 }
    }
    // Neither all of them nor, where the ring's name is not part of the bytes, none.
    #expect(takenCount < Rounds.count(2000))
  }
}
