import TraceModel

@testable import RingStore

/// Takes any bytes for a record whose checksums are right, and says whether they were taken for one. Whatever the bytes
/// are, the answer comes without a trap. The bodies of the fuzz targets and of `InspectionFuzzTests`.
enum FuzzedRecord {
  static let layout = SlotLayout(slotByteCount: 64 << 10)
  static let ring = RingID(high: 1, low: 2)
  static let slot: UInt32 = 3

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
      let trailer = try SlotTrailer(from: page[...], ring: ring, slot: slot, layout: layout)
      let inBounds = trailer.footer.table.allSatisfy { $0.range.upperBound <= layout.trailerOffset }
      return try inBounds
        && SlotTrailer(from: trailer.encoded()[...], ring: ring, slot: slot, layout: layout) == trailer
    } catch { return false }
  }

  /// The bytes as a block's first page, its header signed for where it lies.
  static func blockHeader(_ bytes: [UInt8]) -> Bool {
    var page = Array(bytes.prefix(Limits.pageByteCount))
    page += [UInt8](repeating: 0, count: Limits.pageByteCount - page.count)
    let place = Place(ring: ring, slot: slot, offset: 8192)
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
    var file = [UInt8](repeating: 0, count: Int(layout.slotByteCount))
    var table: [Section] = []
    for index in 0..<4 {
      let start = (2 + index) * Limits.pageByteCount
      var content = Array(bytes.dropFirst(index * Limits.pageByteCount).prefix(Limits.pageByteCount))
      content += [UInt8](repeating: 0, count: Limits.pageByteCount - content.count)
      // Pages that are checked each by itself get that checksum too.
      var checksum = Checksum()
      checksum.add(content.prefix(IndexPage.checksumField.offset))
      checksum.add(Place(ring: ring, slot: slot, offset: UInt64(start)).bytes)
      content.put(checksum.value, in: IndexPage.checksumField)
      file.replaceSubrange(start..<start + content.count, with: content)
      table.append(
        Section(
          id: UInt16(index + 1), codec: .verbatim, offset: UInt32(start), storedByteCount: UInt32(content.count),
          rawByteCount: UInt32(content.count), checksum: Checksum.of(content)))
    }
    let reader = SlotReader(
      file: BytesFile(file, at: 0), ring: ring, slot: slot, layout: layout, hashKey: HashKey(high: 3, low: 4))
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
}
