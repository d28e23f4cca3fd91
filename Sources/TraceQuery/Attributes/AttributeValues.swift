import TraceModel

/// The values of something that spans of a window have, the most frequent first.
package struct AttributeValues: Hashable, Sendable {
  package struct Counted: Hashable, Sendable {
    /// A text, a number or a flag.
    package var value: AttributeValue
    /// Spans that have it.
    package var spans: UInt64

    package init(value: AttributeValue, spans: UInt64) {
      self.value = value
      self.spans = spans
    }
  }

  package var values: [Counted] = []
  package var walk = AttributeWalk()

  package init() {}
}
