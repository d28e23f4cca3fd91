/// A pointer from a span to another one, of the same or another trace: OTLP's Span.Link.
package struct SpanLink: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  package var traceState: String
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32
  package var flags: UInt32

  package init(
    traceID: TraceID, spanID: SpanID, traceState: String = "", attributes: [Attribute] = [],
    droppedAttributesCount: UInt32 = 0, flags: UInt32 = 0
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.traceState = traceState
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
    self.flags = flags
  }
}
