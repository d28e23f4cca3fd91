/// The spans of one trace as a tree, laid flat: every span stands behind its parent and before its parent's next
/// child, so that no reader needs recursion.
package struct Trace: Hashable, Sendable {
  package var id: TraceID
  /// Depth first; siblings and roots by start time.
  package var spans: [LinkedSpan]
  /// How many spans were received more than once and left out.
  package var duplicateCount: Int

  package init(id: TraceID, spans: [LinkedSpan], duplicateCount: Int = 0) {
    self.id = id
    self.spans = spans
    self.duplicateCount = duplicateCount
  }

  /// The earliest start of all spans.
  package var start: Timestamp { spans.lazy.map(\.span.start).min() ?? Timestamp(unixNanoseconds: 0) }
  /// The latest end of all spans.
  package var end: Timestamp { spans.lazy.map(\.span.end).max() ?? Timestamp(unixNanoseconds: 0) }
  package var duration: Duration { end.since(start) }
}

/// A span with its place in the tree. Indices are into `Trace.spans`.
package struct LinkedSpan: Hashable, Sendable {
  package var span: Span
  package var parent: Int?
  package var children: [Int]
  /// 0 for a root or an orphan.
  package var depth: Int
  /// The span names a parent that is not in the trace (or that leads round in a circle); it is shown as a root.
  package var isOrphan: Bool
  /// How `span`'s times differ from those that were sent, or why they do not fit its parent's; nil where they were not
  /// looked at or fit.
  package var clockShift: ClockShift?

  package init(
    span: Span, parent: Int? = nil, children: [Int] = [], depth: Int = 0, isOrphan: Bool = false,
    clockShift: ClockShift? = nil
  ) {
    self.span = span
    self.parent = parent
    self.children = children
    self.depth = depth
    self.isOrphan = isOrphan
    self.clockShift = clockShift
  }
}
