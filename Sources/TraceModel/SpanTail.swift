/// What stands behind a row's attributes, as far as linking looks at it.
package struct SpanTail: Sendable {
  /// As sent: members `key=value`, separated by commas.
  package var traceState: ArraySlice<UInt8> = []
  /// The first of the spans that it links to.
  package var links: [SpanReference] = []

  package init() {}
}

/// A span by its IDs.
package struct SpanReference: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID

  package init(traceID: TraceID, spanID: SpanID) {
    self.traceID = traceID
    self.spanID = spanID
  }
}
