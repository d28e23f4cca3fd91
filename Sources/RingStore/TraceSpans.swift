import TraceModel

/// What the ring holds of one trace.
package struct TraceSpans: Sendable {
  /// The trace's spans alone, in the order of arrival; duplicates are still among them.
  package var batch = SpanBatch()
  /// Something that may have held spans of the trace was overwritten while it was read, or is damaged.
  package var isPartial = false
  package var damage: [RingDamage] = []
  /// Where the rest begins, if there is one beyond the limit.
  package var next: SpanCursor?

  package init() {}
}
