extension RingSnapshot {
  /// Slots that hold spans, or may.
  package var segmentCount: Int { state.segments.count }
  package var slotCount: Int { Int(state.superblock.slotCount) }

  /// Which segment lives where and how much is in it, oldest first, in a line for people.
  package var slotMap: String {
    state.segments.map { segment in
      let kind = segment.isLeft ? "left" : segment.blocks == nil ? "sealed" : "open"
      return "\(segment.number) in slot \(segment.slot): \(segment.summary.blockCount) blocks from "
        + "\(segment.summary.firstSequence), \(kind)"
    }.joined(separator: "; ")
  }
}
