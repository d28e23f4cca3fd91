import TraceModel

/// A walk from block to block of one segment, by headers and section tables; deep, every section's checksum too. Where
/// a block is broken the walk goes on at the next page that begins one.
struct BlockWalk {
  /// Notes included.
  private(set) var blocks: [Visit] = []
  private(set) var gaps: [Gap] = []
  /// Blocks that do not say that they follow the one before them.
  private(set) var strangers: [Visit] = []

  struct Visit: Equatable {
    var offset: UInt64
    var header: BlockHeader
  }

  /// Bytes between two blocks, or behind the last, that are none; or numbers that are missing without any bytes.
  struct Gap: Equatable {
    var range: Range<UInt64>
    var reason: String
    /// The number that the first missing block must have had.
    var firstSequence: UInt64
    /// The block behind the gap; nil at the end.
    var next: BlockHeader?
    var lastIncarnation: UInt32

    /// Numbers that are missing, if the end of the gap tells.
    var sequences: ClosedRange<UInt64>? {
      guard let next, next.sequence > firstSequence else { return nil }
      return firstSequence...next.sequence - 1
    }

    /// A single page whose rest behind a header is zeros, as only notes and stops have them.
    var isHeaderAlone = false

    /// Whether what is missing can only have been a note or a stop. A process that goes on in a slot begins with a note: a
    /// single block that is missing before the first of a newer process was that.
    var holdsNoSpans: Bool {
      guard let next, next.sequence == firstSequence + 1 else { return false }
      return isHeaderAlone || next.kind != .note && next.incarnation > lastIncarnation
    }

    /// A single block before a note: the stop of the process before, or its last spans.
    var isBeforeNote: Bool { next.map { $0.kind == .note && $0.sequence == firstSequence + 1 } ?? false }
  }

  /// - Parameters:
  ///   - progress: what the slot's header says of the blocks before the first.
  ///   - limit: where blocks end at the latest: the footer, or the trailer's place.
  init(
    _ reader: SlotReader, segment: UInt64, after progress: Progress?, to limit: UInt64, isDeep: Bool
  ) throws(RingError) {
    var (offset, progress) = (reader.layout.firstBlockOffset, progress)
    var open: (offset: UInt64, reason: String)?
    while offset < limit {
      let header: BlockHeader
      do throws(RingError) {
        header = try Self.block(reader, at: offset, segment: segment, after: progress, isDeep: isDeep)
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        open = open ?? (offset, damage.reason)
        offset += UInt64(Limits.pageByteCount)
        continue
      }
      let expected = progress.map { $0.lastSequence + 1 } ?? header.sequence
      let follows = progress.map { $0.lastChecksum == header.previousChecksum } ?? true
      if open != nil || (header.sequence > expected && !follows) {
        var gap = Gap(
          range: (open?.offset ?? offset)..<offset, reason: open?.reason ?? "blocks are missing here",
          firstSequence: expected, next: header, lastIncarnation: progress?.incarnation ?? 0)
        gap.isHeaderAlone = try Self.isHeaderAlone(reader, gap.range)
        gaps.append(gap)
      } else if !follows {
        strangers.append(Visit(offset: offset, header: header))
      }
      open = nil
      blocks.append(Visit(offset: offset, header: header))
      progress = Progress(
        lastSequence: header.sequence, lastChecksum: header.checksum, incarnation: header.incarnation)
      offset += UInt64(header.blockByteCount)
    }
    if let open {
      gaps.append(
        Gap(
          range: open.offset..<limit, reason: open.reason, firstSequence: (progress?.lastSequence ?? 0) + 1,
          next: nil, lastIncarnation: progress?.incarnation ?? 0))
    }
  }

  /// The header of a block that counts, or `.damaged`.
  private static func block(
    _ reader: SlotReader, at offset: UInt64, segment: UInt64, after progress: Progress?, isDeep: Bool
  ) throws(RingError) -> BlockHeader {
    let block = try BlockReader(reader, at: offset, segment: segment)
    let header = block.header
    if let progress {
      guard header.sequence > progress.lastSequence, header.incarnation >= progress.incarnation else {
        throw .damaged(reader.damage(.block, segment: segment, at: offset, "a block of an older life of the slot"))
      }
    }
    if isDeep { _ = try block.digestAfterCheckingAll() }
    return header
  }

  private static func isHeaderAlone(_ reader: SlotReader, _ range: Range<UInt64>) throws(RingError) -> Bool {
    guard range.count == Limits.pageByteCount, let page = try reader.pageIfReadable(at: range.lowerBound) else {
      return false
    }
    return !page.dropFirst(BlockHeader.byteCount).contains { $0 != 0 }
  }

  /// Some block of the incarnation that stands behind the gap says that what is missing was durable.
  func wasDurable(_ gap: Gap) -> Bool {
    guard let incarnation = gap.next?.incarnation else { return false }
    return blocks.contains { $0.header.incarnation == incarnation && $0.header.durableSequence >= gap.firstSequence }
  }
}
