extension RingSnapshot {
  /// Slots that hold spans, or may.
  package var segmentCount: Int { state.segments.count }
  package var slotCount: Int { Int(state.superblock.slotCount) }
}
