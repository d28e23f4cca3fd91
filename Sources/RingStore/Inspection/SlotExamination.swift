import TraceModel

/// What checking the slot of one segment finds, and what the check of the next segment has to know.
struct SlotExamination {
  private(set) var findings: [RingFinding] = []
  private(set) var blockCount = 0
  private(set) var spanCount: UInt64 = 0
  private(set) var byteCount: UInt64 = 0
  /// The number of the first block, and the checksum of the one before; nil if neither header nor block tells.
  private(set) var beginning: (sequence: UInt64, previousChecksum: UInt32)?
  /// Of the last block that is there or, in a sealed slot, was.
  private(set) var end: Progress?
  /// The highest number that a block here says is durable.
  private(set) var durableSequence: UInt64 = 0

  private let reader: SlotReader
  private let segment: Segment
  private let surroundings: Surroundings

  /// What has to be known of the rest of the ring.
  struct Surroundings {
    var isDeep: Bool
    /// So many segments are newer that this one has long got its footer.
    var isOld: Bool
    /// The number of the first block of the next segment. Blocks from there on were written there again.
    var nextSequence: UInt64?
    var snapshot: RingSnapshot
    var fold: (any SegmentFold)?
  }

  init(_ reader: SlotReader, _ segment: Segment, _ surroundings: Surroundings) throws(RingError) {
    self.reader = reader
    self.segment = segment
    self.surroundings = surroundings
    let header = try reader.header()
    if let header, !header.isReadable {
      add(.heals, Part.slotHeader.rawValue, at: 0, "of another version of the format, which alone can read the slot")
      return
    }
    var progress: Progress?
    if let header, header.segment == segment.number {
      progress = Progress(
        lastSequence: max(header.firstSequence, 1) - 1, lastChecksum: header.previousChecksum,
        incarnation: header.incarnation)
      beginning = (header.firstSequence, header.previousChecksum)
    } else {
      add(.heals, Part.slotHeader.rawValue, at: 0, header == nil ? "checksum" : "of another segment")
    }
    switch segment.content {
    case .sealed(let footer, _):
      try examineSealed(footer, header: header, after: progress)
    case .open:
      try examineOpen(header: header, after: progress)
      try examineMissingTrailer()
    }
  }

  private typealias Part = RingDamage.Part

  private static let trailerPart = "trailer"

  /// What two looks at the same slot agree on; a collector at work changes what only looked like damage.
  func agreeing(with other: SlotExamination) -> SlotExamination {
    var agreed = other
    agreed.findings = other.findings.filter(findings.contains)
    return agreed
  }

  // MARK: Sealed slots

  private mutating func examineSealed(
    _ footer: Footer, header: SlotHeader?, after progress: Progress?
  ) throws(RingError) {
    let isDeep = surroundings.isDeep
    let walk = try BlockWalk(
      reader, segment: segment.number, after: progress, to: footer.startOffset, isDeep: isDeep)
    end = segment.progress
    byteCount = isDeep ? footer.endOffset : UInt64((walk.blocks.count + 2) * Limits.pageByteCount)
    var directory: [BlockDescriptor]?
    do throws(RingError) {
      directory = try reader.directory(footer, segment: segment.number)
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      add(.heals, damage.part.rawValue, at: damage.offset, damage.reason)
    }
    // What stands behind the last block of the directory was written again elsewhere, or held no spans.
    let last = directory?.last?.sequence ?? .max
    take(walk, through: last)
    for gap in walk.gaps {
      if gap.firstSequence <= last {
        add(gap, directory: directory, walk)
      } else {
        add(.heals, Part.block.rawValue, at: gap.range.lowerBound, "\(gap.reason); held no spans that count here")
      }
    }
    if let directory { compare(directory, with: walk, footer) }
    if isDeep { try examineFooter(footer, isWhole: walk.gaps.isEmpty, header: header) }
  }

  /// Bytes that are no block, or missing numbers, in a slot of which every block was durable when it was sealed.
  private mutating func add(_ gap: BlockWalk.Gap, directory: [BlockDescriptor]?, _ walk: BlockWalk) {
    var sequences = gap.sequences
    if gap.next == nil, segment.progress.lastSequence >= gap.firstSequence {
      sequences = gap.firstSequence...segment.progress.lastSequence
    }
    let (part, offset) = (Part.block.rawValue, gap.range.lowerBound)
    let gone = directory?.filter { gap.range.contains($0.offset) } ?? []
    if !gone.isEmpty {
      let spanCount = gone.reduce(UInt64(0)) { $0 + UInt64($1.spanCount) }
      add(.lost, part, at: offset, gap.reason, RingFinding.Loss(sequences: sequences, spanCount: spanCount))
    } else if gap.holdsNoSpans || directory != nil && gap.isBeforeNote {
      add(.heals, part, at: offset, "\(gap.reason); held no spans")
    } else if directory == nil {
      add(.lost, part, at: offset, gap.reason, RingFinding.Loss(sequences: sequences))
    } else if walk.wasDurable(gap) {
      let reason = "\(gap.reason); was so when the slot was sealed"
      add(.lost, part, at: offset, reason, RingFinding.Loss(sequences: sequences))
    } else if gap.next == nil {
      add(.heals, part, at: offset, "\(gap.reason); held no spans")
    }
    // What is left never reached the disk before a crash, and the slot was sealed without it.
  }

  /// The directory says what the blocks say.
  private mutating func compare(_ directory: [BlockDescriptor], with walk: BlockWalk, _ footer: Footer) {
    for visit in walk.strangers {
      add(.heals, Part.block.rawValue, at: visit.offset, "does not follow the block before it")
    }
    let (part, offset) = (Part.blockDirectory.rawValue, footer.blockDirectory.range.lowerBound)
    let there = Dictionary(uniqueKeysWithValues: walk.blocks.map { ($0.offset, $0.header) })
    for entry in directory {
      guard let header = there[entry.offset] else { continue }  // told as a gap
      let agrees =
        header.checksum == entry.headerChecksum && header.sequence == entry.sequence
        && Int(header.spanCount) == entry.spanCount && header.blockByteCount == entry.byteCount
      if !agrees { add(.heals, part, at: offset, "tells of another block at byte \(entry.offset)") }
    }
    if walk.gaps.isEmpty, directory.count != blockCount {
      add(.heals, part, at: offset, "tells of \(directory.count) blocks where \(blockCount) are")
    }
  }

  /// Every section and the trailer, byte for byte against what the blocks give.
  private mutating func examineFooter(
    _ footer: Footer, isWhole: Bool, header: SlotHeader?
  ) throws(RingError) {
    var content: [UInt16: [UInt8]] = [:]
    for (section, name) in footer.parts {
      do throws(RingError) {
        content[section.id] = try reader.footerSection(section, .blockDirectory, segment: segment.number)
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        // The directory's own damage has been told.
        if section.id != Footer.ID.blockDirectory.rawValue { add(.heals, name, at: damage.offset, damage.reason) }
      }
    }
    guard isWhole,
      let again = try RemadeFooter(
        reader, header: header, segment: segment.number, blockCount: segment.summary.blockCount,
        snapshot: surroundings.snapshot, fold: surroundings.fold)
    else { return }
    for (section, name) in footer.parts {
      // What could not be read has been told.
      guard let there = content[section.id], let made = again.content(of: section.id, in: footer) else { continue }
      if made != there { add(.heals, name, at: section.range.lowerBound, "is not what its blocks give") }
    }
    guard let page = try reader.pageIfReadable(at: reader.layout.trailerOffset) else { return }
    let isSame: Bool
    do { isSame = try again.trailer(in: reader, of: footer) == Array(page) } catch { isSame = false }
    if !isSame { add(.heals, Self.trailerPart, at: reader.layout.trailerOffset, "is not what its blocks give") }
  }

  // MARK: Open slots

  /// What counts here is what recovery would find, so the same scan decides.
  private mutating func examineOpen(header: SlotHeader?, after progress: Progress?) throws(RingError) {
    guard let scan = try SlotScan(reader, header: header), scan.found.number == segment.number else {
      return add(.heals, Part.slotHeader.rawValue, at: 0, "nothing of the segment is found any more")
    }
    let walk = try BlockWalk(reader, segment: segment.number, after: progress, to: scan.endOffset, isDeep: true)
    let last = surroundings.nextSequence.map { max($0, 1) - 1 } ?? .max
    take(walk, through: last)
    end = scan.progress
    byteCount = scan.endOffset
    for hole in scan.holes where hole.firstSequence <= last {
      let gap = walk.gaps.first { $0.range.lowerBound == hole.offset }
      let holdsNoSpans = gap?.holdsNoSpans == true
      if hole.wasDurable, !holdsNoSpans {
        add(.lost, Part.block.rawValue, at: hole.offset, hole.reason, RingFinding.Loss(sequences: gap?.sequences))
      } else {
        let why = holdsNoSpans ? "held no spans" : "never reached the disk, and was never acknowledged"
        add(.heals, Part.block.rawValue, at: hole.offset, "\(hole.reason); \(why)")
      }
    }
    if let offset = scan.tornOffset, scan.progress.lastSequence < last {
      let reason = "the last block is not whole: a write that a crash cut short is left out"
      add(.heals, Part.block.rawValue, at: offset, reason)
    }
  }

  /// Zeros and the trailer of an older segment say that none has been written yet.
  private mutating func examineMissingTrailer() throws(RingError) {
    let offset = reader.layout.trailerOffset
    if let trailer = try reader.trailer() {
      if trailer.segment == segment.number || !surroundings.isOld { return }  // sealed by now, or to be
    } else if try reader.isZero(at: offset) {
      if !surroundings.isOld { return }
    } else {
      return add(.heals, Self.trailerPart, at: offset, "checksum; the next start writes the index again")
    }
    add(.heals, Self.trailerPart, at: offset, "is missing; the next start writes the index")
  }

  // MARK: Both

  /// Counts the blocks up to a number; what comes behind it counts elsewhere.
  private mutating func take(_ walk: BlockWalk, through last: UInt64) {
    for visit in walk.blocks {
      durableSequence = max(durableSequence, visit.header.durableSequence)
      guard visit.header.kind == .spans, visit.header.sequence <= last else { continue }
      blockCount += 1
      spanCount += UInt64(visit.header.spanCount)
    }
    if beginning == nil, let first = walk.blocks.first?.header {
      beginning = (first.sequence, first.previousChecksum)
    }
  }

  private mutating func add(
    _ severity: RingFinding.Severity, _ part: String, at offset: UInt64, _ reason: String,
    _ loss: RingFinding.Loss? = nil
  ) {
    findings.append(
      RingFinding(
        severity, part, slot: reader.slot, segment: segment.number, offset: offset, reason: reason, loss: loss))
  }
}
