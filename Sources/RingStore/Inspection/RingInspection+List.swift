import TraceModel

extension RingInspection {
  /// The slots as they are now, in the order of their numbers. Costs what opening the ring for reading costs: two pages
  /// a sealed slot, and a walk through those that are not.
  package func list() throws(RingError) -> RingListing {
    let (image, state) = try image()
    var facts: [UInt32: SlotFacts] = [:]
    for segment in state.segments {
      facts[segment.slot] =
        try isUnreadable(segment)
        ? SlotFacts(slot: segment.slot, state: .unreadable)
        : SlotFacts(segment, isHead: segment.number == state.head?.number)
    }
    var slots: [SlotFacts] = []
    for slot in image.slots {
      if let known = facts[slot] {
        slots.append(known)
      } else {
        slots.append(SlotFacts(slot: slot, state: try emptiness(of: slot)))
      }
    }
    return RingListing(ring: self.facts, slots: slots)
  }

  /// The segment is of another version of the format.
  private func isUnreadable(_ segment: Segment) throws(RingError) -> Bool {
    guard segment.isLeft, segment.summary.blockCount == 0 else { return false }
    do throws(RingError) {
      return try reader(segment.slot).header().map { !$0.isReadable } ?? false
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      return false
    }
  }

  /// Why a slot holds no segment that counts.
  private func emptiness(of slot: UInt32) throws(RingError) -> SlotFacts.State {
    do throws(RingError) {
      let reader = try reader(slot)
      switch try SlotRemains(reader) {
      case .nothing, .retired: return .free
      case .tornHeader, .unknown: return .damaged
      }
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      return .free  // removed meanwhile
    }
  }
}

extension SlotFacts {
  init(_ segment: Segment, isHead: Bool) {
    let isSealed = segment.blocks == nil
    self.init(slot: segment.slot, state: isHead ? .head : isSealed ? .sealed : .unsealed)
    self.segment = segment.number
    spanCount = segment.summary.spanCount
    blockCount = Int(segment.summary.blockCount)
    usedByteCount = segment.usedByteCount
    incarnation = segment.progress.incarnation
    guard let times = segment.summary.times else { return }
    oldestArrival = times.oldestArrival
    newestArrival = times.newestArrival
    earliestEnd = times.earliestEnd
    latestEnd = times.latestEnd
  }
}

extension Segment {
  /// Header, blocks, footer and trailer; for an open segment up to its last block of spans.
  fileprivate var usedByteCount: UInt64 {
    switch content {
    case .open(let blocks):
      // Only the last counts; a list cannot be asked for it alone.
      blocks.all.reduce(UInt64(Limits.pageByteCount)) { max($0, $1.offset + UInt64($1.byteCount)) }
    case .sealed(let footer, _):
      UInt64(Int(footer.endOffset).roundedUpToPage + SlotTrailer.byteCount)
    }
  }
}
