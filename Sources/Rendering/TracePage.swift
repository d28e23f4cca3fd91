import TraceModel

/// A part of a trace as it is shown.
package struct TracePage: Sendable {
  package let trace: Trace
  /// Whether spans of the trace are known to be missing from `trace`.
  package let isPartial: Bool
  /// Positions in `trace.spans`.
  package let range: Range<Int>
  /// Where the spans behind these go on; nil if there are none.
  package let next: String?

  /// - Parameter range: nil for all spans.
  package init(_ trace: Trace, isPartial: Bool = false, range: Range<Int>? = nil, next: String? = nil) {
    self.trace = trace
    self.isPartial = isPartial
    self.range = range.map { $0.clamped(to: trace.spans.indices) } ?? trace.spans.indices
    self.next = next
  }
}
