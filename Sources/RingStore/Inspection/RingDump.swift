import TraceModel

/// The blocks of a ring from the oldest segment to the newest, in the order of writing, read one at a time.
package struct RingDump {
  package enum Entry {
    case block(BlockFacts, BlockSpans)
    /// What stands here is no block; the next entry lies behind it.
    case damage(RingDamage)
  }

  /// Which blocks to tell of; all that are named must fit.
  package struct Selection: Hashable, Sendable {
    package var slot: UInt32?
    package var segment: UInt64?
    /// The byte of its slot at which the block begins.
    package var offset: UInt64?

    package init(slot: UInt32? = nil, segment: UInt64? = nil, offset: UInt64? = nil) {
      self.slot = slot
      self.segment = segment
      self.offset = offset
    }
  }

  private let inspection: RingInspection
  private let selection: Selection
  /// With the end of their blocks; newest first.
  private var segments: [(segment: Segment, endOffset: UInt64)]
  private var current: (reader: SlotReader, segment: UInt64, offset: UInt64, endOffset: UInt64)?
  private var isInDamage = false

  init(_ inspection: RingInspection, _ selection: Selection) throws(RingError) {
    self.inspection = inspection
    self.selection = selection
    let (image, state) = try inspection.image()
    segments = []
    for segment in state.segments.reversed() {
      if let slot = selection.slot, slot != segment.slot { continue }
      if let number = selection.segment, number != segment.number { continue }
      let endOffset =
        switch segment.content {
        case .sealed(let footer, _): footer.startOffset
        case .open: image.endOffsets[segment.number] ?? inspection.superblock.layout.trailerOffset
        }
      segments.append((segment, endOffset))
    }
  }

  /// Nothing at the end. What was overwritten since the dump began is left out.
  package mutating func next() throws(RingError) -> Entry? {
    while true {
      guard let (reader, segment, offset, endOffset) = current, offset < endOffset else {
        guard try openNext() else { return nil }
        continue
      }
      do throws(RingError) {
        let block = try BlockReader(reader, at: offset, segment: segment)
        isInDamage = false
        advance(to: offset + UInt64(block.header.blockByteCount))
        return .block(BlockFacts(block, at: offset, in: reader.slot), BlockSpans(block))
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        if let owner = try reader.header()?.segment, owner != segment {
          current = nil
          continue
        }
        advance(to: offset + UInt64(Limits.pageByteCount))
        if isInDamage { continue }  // a broken block is told once, not once a page
        isInDamage = true
        return .damage(damage)
      }
    }
  }

  private mutating func advance(to offset: UInt64) {
    if selection.offset == nil { current?.offset = offset } else { current = nil }
  }

  private mutating func openNext() throws(RingError) -> Bool {
    guard let (segment, endOffset) = segments.popLast() else { return false }
    isInDamage = false
    do throws(RingError) {
      let reader = try inspection.reader(segment.slot)
      current = (reader, segment.number, selection.offset ?? reader.layout.firstBlockOffset, endOffset)
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      current = nil  // the ring has shrunk meanwhile
    }
    return true
  }
}

extension RingInspection {
  package func dump(_ selection: RingDump.Selection = RingDump.Selection()) throws(RingError) -> RingDump {
    try RingDump(self, selection)
  }
}
