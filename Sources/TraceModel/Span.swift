/// One step of a trace with everything OTLP says of it, its resource and scope included.
/// (Swift's own memory view of the same name is written `Swift.Span`.)
package struct Span: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  /// Zero for a span that says it has no parent.
  package var parentSpanID: SpanID
  package var traceState: String
  /// W3C trace flags in the low byte; bits 8 and 9 say whether the parent is remote.
  package var flags: UInt32
  package var name: String
  package var kind: SpanKind
  package var start: Timestamp
  package var end: Timestamp
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32
  package var events: [SpanEvent]
  package var droppedEventsCount: UInt32
  package var links: [SpanLink]
  package var droppedLinksCount: UInt32
  package var status: SpanStatus
  package var resource: Resource
  package var scope: InstrumentationScope

  package init(
    traceID: TraceID, spanID: SpanID, parentSpanID: SpanID = .zero, traceState: String = "", flags: UInt32 = 0,
    name: String, kind: SpanKind = .internal, start: Timestamp, end: Timestamp, attributes: [Attribute] = [],
    droppedAttributesCount: UInt32 = 0, events: [SpanEvent] = [], droppedEventsCount: UInt32 = 0,
    links: [SpanLink] = [], droppedLinksCount: UInt32 = 0, status: SpanStatus = SpanStatus(),
    resource: Resource = Resource(), scope: InstrumentationScope = InstrumentationScope()
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.parentSpanID = parentSpanID
    self.traceState = traceState
    self.flags = flags
    self.name = name
    self.kind = kind
    self.start = start
    self.end = end
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
    self.events = events
    self.droppedEventsCount = droppedEventsCount
    self.links = links
    self.droppedLinksCount = droppedLinksCount
    self.status = status
    self.resource = resource
    self.scope = scope
  }

  /// Zero for a span that ends before it starts.
  package var duration: Duration { end.since(start) }

  package var identity: Identity { Identity(traceID: traceID, spanID: spanID, kind: kind, start: start) }

  /// What makes two received spans the same one. The kind is part of it because Zipkin-style tracers give the client's
  /// and the server's span of one call the same ID; the start, because careless ones reuse IDs.
  package struct Identity: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID
    package var kind: SpanKind
    package var start: Timestamp
  }
}
