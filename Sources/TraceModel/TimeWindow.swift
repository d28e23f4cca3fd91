/// The span end times a question is about: `from` included, `to` excluded, nil for no bound.
package struct TimeWindow: Hashable, Sendable {
  package var from: Timestamp?
  package var to: Timestamp?

  package init(from: Timestamp? = nil, to: Timestamp? = nil) {
    self.from = from
    self.to = to
  }

  /// Everything the ring retains, spans with impossible times included.
  package static let all = TimeWindow()

  package var isAll: Bool { from == nil && to == nil }

  package func contains(_ moment: Timestamp) -> Bool {
    (from.map { moment >= $0 } ?? true) && (to.map { moment < $0 } ?? true)
  }

  /// Whether some moment of `earliest...latest` may lie inside.
  package func overlaps(_ earliest: Timestamp, _ latest: Timestamp) -> Bool {
    (from.map { latest >= $0 } ?? true) && (to.map { earliest < $0 } ?? true)
  }
}
