import RingStore

extension RingSnapshot {
  /// The ring's segments with their stored figures; nil while the ring stores none, and questions are answered by
  /// joining the spans of the window.
  var segmentSource: (any SegmentSource)? { nil }
}
