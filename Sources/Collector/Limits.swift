/// The bounds of the hall.
package struct CollectorLimits: Sendable {
  /// Bytes of spans that have been decoded and are not stored yet. Past it payloads are answered `overloaded` and the
  /// sender tries again; datagrams are dropped and counted.
  package var inFlightByteCountMax = 64 << 20

  /// Bytes of payloads that are still arriving, over all listeners. Past it a payload is answered `overloaded`, and its
  /// connection closes.
  package var arrivingByteCountMax = 256 << 20

  /// While less than this waits to be committed, the committer waits `gatheringTime` for more: a block takes whole
  /// pages of 4 KiB on disk, so a trickle of tiny commits would waste most of the ring.
  package var gatheringByteCount = 16 << 10
  package var gatheringSeconds = 0.020

  package init() {}
}
