import Testing
import TraceModel

@testable import RingStore

/// A small ring of which every byte's meaning is known, for tests that change bytes.
struct InspectionRing {
  let files: InspectionFiles
  let state: RingState
  /// What stands where, in slots that hold segments.
  let places: [Place]

  /// The header of the head's last block, a stop.
  var lastBlock: Place? { places.last { $0.isHead && $0.kind == .blockHeader } }

  /// A run of bytes that belong together.
  struct Place: Hashable {
    enum Kind: Hashable {
      case superblock(copy: Int)
      case header, blockHeader, table, section, directory, footer, trailer
      /// What the format's page says nobody looks at.
      case padding
    }

    var kind: Kind
    var path: String
    var range: Range<Int>
    var isHead = false
  }

  static func path(_ slot: UInt32) -> String { RingFolder("/ring", files: DiskFileSystem()).slotPath(slot) }

  static let slotByteCount: UInt64 = 64 << 10

  /// Some sealed slots of 64 KiB and a head, three runs of a collector, every block with a span of its own; all durable.
  static func make(spanCount: UInt64 = 16, byteCount: Int = 5000) throws -> InspectionRing {
    let files = SimulatedFileSystem()
    var ring = try open(files)
    for number in 0..<spanCount {
      try RingTests.append(ring, number..<number + 1, byteCount: byteCount)
      try ring.sync()
      if number == spanCount / 2 || number == spanCount - 3 {
        try ring.close()
        ring = try open(files)
      }
    }
    try ring.close()
    return try InspectionRing(try InspectionFiles(files))
  }

  static func open(_ files: any FileSystem) throws -> sending Ring {
    var random = SplitMix64(state: 1)
    return try Ring.open(
      "/ring", capacity: 9 * slotByteCount, slotByteCount: slotByteCount, files: files, now: noon
    ) { random.next() }
  }

  init(_ files: InspectionFiles) throws {
    self.files = files
    let inspection = try RingInspection("/ring", files: files)
    let (image, state) = try inspection.image()
    self.state = state
    var places = (0..<2).map {
      Place(kind: .superblock(copy: $0), path: "/ring/RING", range: $0 * 4096..<($0 + 1) * 4096)
    }
    for segment in state.segments {
      let reader = try inspection.reader(segment.slot)
      let path = Self.path(segment.slot)
      let isHead = segment.number == state.head?.number
      func add(_ kind: Place.Kind, _ range: Range<Int>) {
        if !range.isEmpty { places.append(Place(kind: kind, path: path, range: range, isHead: isHead)) }
      }
      add(.header, 0..<4096)
      var end = Int(image.endOffsets[segment.number] ?? 0)
      if case .sealed(let footer, _) = segment.content {
        end = Int(footer.startOffset)
        for section in footer.table {
          let range = Int(section.range.lowerBound)..<Int(section.range.upperBound)
          add(section.id == Footer.ID.blockDirectory.rawValue ? .directory : .footer, range)
          add(.padding, range.upperBound..<range.upperBound.roundedUpToPage)
        }
        add(.padding, Int(footer.endOffset).roundedUpToPage..<Int(reader.layout.trailerOffset))
        add(.trailer, Int(reader.layout.trailerOffset)..<Int(reader.layout.slotByteCount))
      } else {
        add(.padding, end..<Int(reader.layout.slotByteCount))
      }
      var offset = 4096
      while offset < end {
        let block = try BlockReader(reader, at: UInt64(offset), segment: segment.number)
        let header = block.header
        add(.blockHeader, offset..<offset + BlockHeader.byteCount)
        let table = offset + BlockHeader.byteCount
        let sections = table + Int(header.sectionCount) * Section.byteCount
        let payloadEnd = table + Int(header.payloadByteCount)
        add(.table, table..<sections)
        for section in block.sections {
          add(.section, offset + Int(section.range.lowerBound)..<offset + Int(section.range.upperBound))
        }
        add(.padding, payloadEnd..<offset + header.blockByteCount)
        offset += header.blockByteCount
      }
    }
    self.places = places
  }

  /// The numbers of the spans that a reader gets; nil if the ring cannot be opened at all.
  static func readable(_ files: InspectionFiles) throws -> Set<UInt64>? {
    let snapshot: RingSnapshot
    do {
      snapshot = try RingSnapshot.reading("/ring", files: files)
    } catch {
      guard case .superblockDamaged = error else { throw error }
      return nil
    }
    var numbers: Set<UInt64> = []
    for block in snapshot.blocks(overlapping: .all) {
      do {
        if let batch = try snapshot.read(block) { numbers.formUnion(batch.traceIDs.map(\.low)) }
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    return numbers
  }
}
