/// A comparison of figures of a set of spans.
package struct TraceQLScalarFilter: Hashable, Sendable {
  package var left: TraceQLScalar
  /// `=`, `!=`, `<`, `<=`, `>` or `>=`.
  package var comparison: TraceQLOperator
  package var right: TraceQLScalar

  package init(_ left: TraceQLScalar, _ comparison: TraceQLOperator, _ right: TraceQLScalar) {
    self.left = left
    self.comparison = comparison
    self.right = right
  }
}

extension TraceQLScalarFilter: CustomStringConvertible {
  package var description: String { "\(left) \(comparison) \(right)" }
}
