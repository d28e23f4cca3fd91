/// What one slot of a ring holds.
package struct SlotFacts: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// Nothing that counts: never used, or its segment has been let go to make room.
    case free
    /// Takes the next spans.
    case head
    /// Full, with an index.
    case sealed
    /// Full or given up, without an index: what it holds is found by walking through it.
    case unsealed
    /// Holds bytes and nothing that can be believed.
    case damaged
    /// Of a format newer than this program.
    case unreadable
  }

  package var slot: UInt32
  package var state: State
  /// The number of the segment that lives here, one more for every slot that was opened; nil for a free slot.
  package var segment: UInt64?
  package var spanCount: UInt64 = 0
  /// Blocks of spans.
  package var blockCount: Int = 0
  /// Header, blocks, index and trailer.
  package var usedByteCount: UInt64 = 0
  package var oldestArrival: Timestamp?
  package var newestArrival: Timestamp?
  package var earliestEnd: Timestamp?
  package var latestEnd: Timestamp?
  /// Which run of the collector wrote here last, counted from 1.
  package var incarnation: UInt32?

  package init(slot: UInt32, state: State) {
    self.slot = slot
    self.state = state
  }

  /// Bytes a span, everything included; nil without spans.
  package var bytesASpan: Double? { spanCount == 0 ? nil : Double(usedByteCount) / Double(spanCount) }
}
