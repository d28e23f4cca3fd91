import Testing
import TraceModel

@testable import RingStore

/// What the decoders of records make of hostile bytes whose checksums hold: a value, or an error; never a trap.
@Suite struct InspectionFuzzTests {
  /// Takes any bytes, and says whether they were taken for a record.
  typealias Body = @Sendable ([UInt8]) -> Bool

  static let layout = SlotLayout(slotByteCount: 64 << 10)
  static let ring = RingID(high: 1, low: 2)

  static func page(_ bytes: [UInt8], signedAt field: Field) -> [UInt8] {
    var page = Array(bytes.prefix(Limits.pageByteCount))
    page += [UInt8](repeating: 0, count: Limits.pageByteCount - page.count)
    page.put(Checksum.of(page[..<field.offset]), in: field)
    return page
  }

  static func superblock(_ bytes: [UInt8]) -> Bool {
    let page = page(bytes, signedAt: Superblock.checksumField)
    do {
      let superblock = try Superblock(from: page[...], path: "/ring/RING")
      return try Superblock(from: superblock.encoded()[...], path: "/ring/RING") == superblock
    } catch { return false }
  }

  static func slotHeader(_ bytes: [UInt8]) -> Bool {
    let page = page(bytes, signedAt: SlotHeader.checksumField)
    do {
      let header = try SlotHeader(from: page[...], ring: ring, slot: 3)
      return try SlotHeader(from: header.encoded()[...], ring: ring, slot: 3) == header
    } catch { return false }
  }

  static func trailer(_ bytes: [UInt8]) -> Bool {
    let page = page(bytes, signedAt: SlotTrailer.checksumField)
    do {
      let trailer = try SlotTrailer(from: page[...], ring: ring, slot: 3, layout: layout)
      let inBounds = trailer.footer.table.allSatisfy { $0.range.upperBound <= layout.trailerOffset }
      return try inBounds && SlotTrailer(from: trailer.encoded()[...], ring: ring, slot: 3, layout: layout) == trailer
    } catch { return false }
  }

  /// The bytes as a block's first page, its header signed for where it lies.
  static func blockHeader(_ bytes: [UInt8]) -> Bool {
    var page = Array(bytes.prefix(Limits.pageByteCount))
    page += [UInt8](repeating: 0, count: Limits.pageByteCount - page.count)
    let place = Place(ring: ring, slot: 3, offset: 8192)
    var checksum = Checksum()
    checksum.add(page[BlockHeader.checksumField.end..<BlockHeader.byteCount])
    checksum.add(place.bytes)
    page.put(checksum.value, in: BlockHeader.checksumField)
    do {
      let header = try BlockHeader(from: page[...], at: place, layout: layout)
      return UInt64(header.blockByteCount) <= layout.trailerOffset - place.offset
    } catch { return false }
  }

  /// The bytes as the footer of a slot whose trailer says that they are its sections, one after another.
  static func footer(_ bytes: [UInt8]) -> Bool {
    let sizes = [1, 1, 1, 1].map { $0 * Limits.pageByteCount }
    var slot = [UInt8](repeating: 0, count: Int(layout.slotByteCount))
    var table: [Section] = []
    var start = 8192
    for (index, size) in sizes.enumerated() {
      var content = Array(bytes.dropFirst(index * size).prefix(size))
      content += [UInt8](repeating: 0, count: size - content.count)
      // Pages that are checked each by itself get that checksum too.
      let place = Place(ring: ring, slot: 3, offset: UInt64(start))
      var checksum = Checksum()
      checksum.add(content.prefix(IndexPage.checksumField.offset))
      checksum.add(place.bytes)
      content.put(checksum.value, in: IndexPage.checksumField)
      slot.replaceSubrange(start..<start + size, with: content)
      table.append(
        Section(
          id: UInt16(index + 1), codec: .verbatim, offset: UInt32(start), storedByteCount: UInt32(size),
          rawByteCount: UInt32(size), checksum: Checksum.of(content)))
      start += size
    }
    let reader = SlotReader(
      file: InspectionFile(slot), ring: ring, slot: 3, layout: layout, hashKey: HashKey(high: 3, low: 4))
    guard let footer = footer(of: table) else { return false }
    let directory = isTaken { _ = try reader.directory(footer, segment: 7) }
    let filter = isTaken { _ = try reader.filter(footer, segment: 7) }
    let index = isTaken { _ = try reader.blockOffsets(of: 0x1234_5678_9abc_def0, in: footer, segment: 7) }
    return directory && filter && index
  }

  private static func footer(of table: [Section]) -> Footer? {
    do { return try Footer(table) } catch { return nil }
  }

  private static func isTaken(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      return false
    }
  }

  static let targets: [(String, Body)] = [
    ("superblock", superblock), ("slot header", slotHeader), ("trailer", trailer), ("block header", blockHeader),
    ("footer", footer),
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
    page.put(ring, in: ringField)
    page.put(UInt32(3), in: slotField)
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
