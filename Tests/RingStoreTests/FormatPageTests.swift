import Testing

@testable import RingStore

/// The page that describes the format says what the code does.
@Suite struct FormatPageTests {
  static let page = Result {
    let sources = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(sources)/Sources/RingStore/RingStore.docc/Format.md"
    let file = try DiskFileSystem().open(path, .read)
    return String(decoding: try file.read(at: 0, count: Int(try file.byteCount())), as: UTF8.self)
  }

  /// The cells of the rows below a marker, without the heading.
  static func rows(below marker: String) throws -> [[String]] {
    let lines = try page.get().split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == "<!-- \(marker) -->" }, "\(marker)")
    return lines[(start + 3)...].prefix { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map { cell in
        var cell = cell
        while cell.first == " " { cell.removeFirst() }
        while cell.last == " " { cell.removeLast() }
        return String(cell)
      }
    }
  }

  @Test(arguments: [
    ("Superblock", Superblock.fields, 4096), ("SlotHeader", SlotHeader.fields, 4096),
    ("BlockHeader", BlockHeader.fields, 96), ("Section", Section.fields, 24), ("IndexPage", IndexPage.fields, 4096),
    ("BlockDescriptor", BlockDescriptor.fields, 128), ("SlotTrailer", SlotTrailer.fields, 4096),
  ])
  func `every field stands where the page says`(record: String, fields: [Field], byteCount: Int) throws {
    let told = try Self.rows(below: "table: \(record)").map { row in
      Field(row[2], at: try #require(Int(row[0])), try #require(Int(row[1])))
    }
    #expect(told == fields)
    for (field, next) in zip(fields, fields.dropFirst()) { #expect(field.end <= next.offset, "\(field.name)") }
    #expect(fields.allSatisfy { $0.end <= byteCount })
  }

  @Test func `records are as long as the page says`() {
    #expect(Superblock.byteCount == 4096 && Superblock.copyCount == 2)
    #expect(BlockHeader.byteCount == 96 && Section.byteCount == 24)
    #expect(BlockDescriptor.entryByteCount == 128 && SlotTrailer.tableOffset == 112)
    #expect(TraceIndex.keysAPage == 510 && TraceIndex.blockBits == 18 && FilterLine.countAPage == 127)
    #expect(Superblock.magicBytes == Array("SPOORRNG".utf8) && SlotHeader.magicBytes == Array("SPOORSLT".utf8))
    #expect(SlotTrailer.magicBytes == Array("SPOOREND".utf8))
    #expect(blockMagic() == Array("SBLK".utf8))
    #expect(Superblock.formatMajor == 2 && Superblock.formatMinor == 1)
  }

  private func blockMagic() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4)
    bytes.put(BlockHeader.magicNumber, in: BlockHeader.magic)
    return bytes
  }

  @Test func `sections have the numbers that the page gives them`() throws {
    let blocks = try Self.rows(below: "sections: BlockSection").map { [$0[0], $0[1]] }
    #expect(blocks == BlockSection.allCases.map { ["\($0.rawValue)", "\($0)"] })
    let footers = try Self.rows(below: "sections: Footer.ID").map { [$0[0], $0[1]] }
    #expect(footers == Footer.ID.allCases.map { ["\($0.rawValue)", "\($0)"] })
    let text = try Self.page.get()
    #expect(text.contains("Reserved: \(BlockSection.reserved.lowerBound) to \(BlockSection.reserved.upperBound)"))
    #expect(text.contains("Reserved: \(Footer.reserved.lowerBound) to \(Footer.reserved.upperBound)"))
    #expect(!Footer.ID.allCases.contains { Footer.reserved.contains($0.rawValue) })
  }

  /// What the page says in passing.
  @Test func `kinds, versions and bounds are those of the code`() throws {
    let kinds = [BlockHeader.Kind.spans, .note, .stop].map { "\($0.rawValue) \($0)" }.joined(separator: ", ")
    let (major, minor) = (Superblock.formatMajor, Superblock.formatMinor)
    let sizes = (SlotLayout.slotByteCountMin, SlotLayout.slotByteCountMax)
    let told = [
      "What the bytes of a ring mean: format \(major).\(minor).",
      "| 8 | 2 | format_major | \(major); a reader refuses any other |",
      "| 10 | 2 | format_minor | \(minor) |",
      "| 8 | 2 | format_major | \(major); any other may be read no further than segno |",
      "| 8 | 1 | kind | \(kinds); reserved: 3 padding |",
      "| 48 | 1 | kind | \(SlotHeader.kind) spans as they came;",
      "| slot_size | a power of two, \(ByteCount(sizes.0)) to \(ByteCount(sizes.1)); less than 512 KiB in tests only |",
      "| slot_count | \(Self.grouped(Limits.slotCountMin)) to \(Self.grouped(Limits.slotCountMax)) |",
      "| n_spans | at most \(Self.grouped(UInt64(Limits.blockSpanCountMax))) |",
      "| payload_len | section table and sections, at most \(ByteCount(UInt64(Limits.blockByteCountMax))) |",
      "| n_sections | at most \(Limits.sectionCountMax) |",
      "less \(ByteCount(Limits.fixedByteCount)), which are for all that is no slot",
      "chunks of section 27, \(Limits.rowsAChunk) rows each",
      "chunks of section 26, \(Limits.textsAChunk) texts each",
      "Entries are \(Section.byteCount) bytes.", "Entries are \(BlockDescriptor.entryByteCount) bytes.",
      "all pages but the last hold \(TraceIndex.keysAPage)", "holds \(FilterLine.countAPage), at 12 bits a trace",
      "The section table stands at \(SlotTrailer.tableOffset).",
      "the low \(TraceIndex.blockBits) bits, the offset of a block",
    ]
    let text = try Self.page.get()
    let page = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for sentence in told { #expect(page.contains(sentence), "\(sentence)") }
  }

  @Test func `records and sections that the code has are on the page`() throws {
    let text = try Self.page.get()
    for id in BlockSection.allCases { #expect(text.contains("| \(id.rawValue) | \(id) |")) }
    for id in Footer.ID.allCases { #expect(text.contains("| \(id.rawValue) | \(id) |")) }
    // No field lies in another's place, and no number is given twice.
    for fields in [Superblock.fields, SlotHeader.fields, BlockHeader.fields, SlotTrailer.fields] {
      #expect(Set(fields.map(\.name)).count == fields.count)
    }
  }

  private static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    let parts = digits.enumerated().map { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }
    return parts.joined()
  }
}
