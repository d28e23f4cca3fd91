import Testing
import TraceModel

@testable import RingStore

/// Flips every bit of a slot, one at a time: each is detected, or lies where the format's page says nobody looks.
@Suite struct InspectionFlipTests {
  /// Every byte of a slot by what is checked when `ring check --deep` gets there, from the page's rules alone: header,
  /// trailer, header and section table of each block, each section; what is left is padding.
  struct Map {
    var parts: [Part] = []
    var padding: [Range<Int>] = []

    struct Part {
      var range: Range<Int>
      /// Whether the part is what was written; the same code as in every check.
      var isWhole: () throws -> Bool
    }

    init(_ ring: InspectionRing, _ segment: Segment) throws {
      let inspection = try RingInspection("/ring", files: ring.files)
      let reader = try inspection.reader(segment.slot)
      let number = segment.number
      for place in ring.places where place.path == InspectionRing.path(segment.slot) {
        switch place.kind {
        case .superblock, .table, .section: break
        case .header: add(place) { try reader.header() != nil }
        case .trailer: add(place) { try reader.trailer() != nil }
        case .padding: padding.append(place.range)
        case .blockHeader:
          let offset = UInt64(place.range.lowerBound)
          let block = try BlockReader(reader, at: offset, segment: number)
          let end = place.range.upperBound + Int(block.header.sectionCount) * Section.byteCount
          parts.append(
            Part(range: place.range.lowerBound..<end) {
              !isDamaged { _ = try BlockReader(reader, at: offset, segment: number) }
            })
          for section in block.sections { add(section, of: block, at: offset, reader) }
        case .footer, .directory:
          guard let trailer = try reader.trailer(),
            let section = trailer.footer.table.first(where: { Int($0.range.lowerBound) == place.range.lowerBound })
          else { continue }
          add(place) {
            !isDamaged {
              _ = try reader.footerSection(section, .blockDirectory, segment: number)
            }
          }
        }
      }
    }

    private mutating func add(_ place: InspectionRing.Place, _ isWhole: @escaping () throws -> Bool) {
      parts.append(Part(range: place.range, isWhole: isWhole))
    }

    private mutating func add(_ section: Section, of block: BlockReader, at offset: UInt64, _ reader: SlotReader) {
      let start = offset + section.range.lowerBound
      parts.append(
        Part(range: Int(start)..<Int(start) + Int(section.storedByteCount)) {
          let content = try reader.bytes(
            at: start, count: Int(section.storedByteCount), of: .block, segment: block.header.segment)
          return Checksum.of(content) == section.checksum
        })
    }
  }

  @Test func `every flipped bit of a sealed slot is detected, or lies in padding that the page names`() throws {
    let ring = try InspectionRing.make()
    let segment = try #require(ring.state.segments.first)
    let file = try #require(ring.files.contents[InspectionRing.path(segment.slot)])
    let map = try Map(ring, segment)
    // The slot is covered without gap or overlap.
    let ranges = (map.parts.map(\.range) + map.padding).sorted { $0.lowerBound < $1.lowerBound }
    #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == file.bytes.count)
    for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound == next.lowerBound) }

    #expect(file.bytes.count == 64 << 10)
    var undetected: [Int] = []
    for part in map.parts {
      #expect(try part.isWhole())
      for position in part.range {
        for bit in 0..<8 {
          file.flip(position, bit)
          if try part.isWhole() { undetected.append(position * 8 + bit) }
          file.flip(position, bit)
        }
      }
    }
    #expect(undetected.isEmpty, "\(undetected.count), first bit \(undetected.first ?? 0)")
  }

  @Test func `what the parts detect the whole check tells, and flips in padding are clean`() throws {
    let ring = try InspectionRing.make()
    let inspection = try RingInspection("/ring", files: ring.files)
    var random = SplitMix64(state: 5)
    for segment in ring.state.segments.dropLast() {
      let file = try #require(ring.files.contents[InspectionRing.path(segment.slot)])
      let map = try Map(ring, segment)
      for _ in 0..<20 {
        let part = try #require(map.parts.filter { !$0.range.isEmpty }.randomElement(using: &random))
        let padding = try #require(map.padding.randomElement(using: &random))
        for (range, isPadding) in [(part.range, false), (padding, true)] {
          let (position, bit) = (Int.random(in: range, using: &random), Int(random.next() % 8))
          file.flip(position, bit)
          let check = try inspection.check(deep: true)
          #expect((check.verdict == .clean) == isPadding, "byte \(position) of slot \(segment.slot)")
          file.flip(position, bit)
        }
      }
    }
    #expect(try inspection.check(deep: true).verdict == .clean)
  }
}

private func isDamaged(_ body: () throws -> Void) -> Bool {
  do {
    try body()
    return false
  } catch {
    return true
  }
}
