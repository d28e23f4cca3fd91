/// Spans of one trace that belong together, with what is known of them as a set.
package struct TraceQLSpanset: Hashable, Sendable {
  /// Of the batch, rising.
  package var rows: [Int]
  /// What `by(…)` put them together by, and their figures, in the order of the query: `by(name)`, `count()`.
  package var labels: [Label]

  package struct Label: Hashable, Sendable {
    package let name: String
    package let value: TraceQLValue
  }

  init(_ rows: [Int], _ labels: [Label] = []) {
    self.rows = rows
    self.labels = labels
  }
}
