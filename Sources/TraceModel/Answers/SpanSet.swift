/// Spans of one trace that a question has found together.
package struct SpanSet: Hashable, Sendable {
  /// The earliest of them, at most as many as were asked for.
  package var spans: [MatchedSpan]
  /// How many there are.
  package var matched: UInt64
  /// What the set was grouped by, and what aggregates say of it, named as in the question: `by(name)`, `count()`.
  package var attributes: [Attribute]

  package init(spans: [MatchedSpan], matched: UInt64, attributes: [Attribute] = []) {
    self.spans = spans
    self.matched = matched
    self.attributes = attributes
  }

  /// A span as a list of findings shows it.
  package struct MatchedSpan: Hashable, Sendable {
    package var id: SpanID
    package var name: String
    /// Empty where its resource has no service.name.
    package var service: String
    package var start: Timestamp
    package var duration: Duration
    /// Those that the question names or selects, as they are called there without their scope.
    package var attributes: [Attribute]

    package init(
      id: SpanID, name: String, service: String, start: Timestamp, duration: Duration, attributes: [Attribute] = []
    ) {
      self.id = id
      self.name = name
      self.service = service
      self.start = start
      self.duration = duration
      self.attributes = attributes
    }
  }
}
