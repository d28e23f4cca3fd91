/// The bounds of the hall.
package struct CollectorLimits: Sendable {
  /// Bytes of everything in flight, over all listeners: payloads that are still arriving (half of it at the most) and spans
  /// that are decoded and not stored yet. At a quarter of it connections are not read from until the store has caught
  /// up; past it payloads are answered `overloaded` and the sender tries again; datagrams are dropped and counted. It is
  /// overshot by at most one payload a reading thread.
  ///
  /// A disk that takes 300 MB a second empties the quarter in a tenth of one; half holds one body of the longest kind.
  package var memoryByteCountMax = 128 << 20

  /// While less than this waits to be committed, the committer waits `gatheringSeconds` for more: a block takes whole
  /// pages of 4 KiB on disk, so a trickle of tiny commits would waste most of the ring.
  package var gatheringByteCount = 16 << 10
  package var gatheringSeconds = 0.020

  /// The same while nobody waits for an answer, because all are datagrams or were answered when they came: fewer and larger
  /// commits, and no more than `gatheringSeconds` of spans in memory alone.
  package var unawaitedByteCount: Int { memoryByteCountMax / 64 }

  /// From so many decoded bytes on, about 3000 usual spans, a payload is large: storing it takes milliseconds, which all that
  /// are committed with it wait for, so that no more than one of them goes with all that are small.
  package var largeByteCount = 1 << 20

  package init() {}
}
