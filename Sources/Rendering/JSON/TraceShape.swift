import TraceModel

/// A trace's JSON; it is only ever written, since programs that want a trace back take OTLP.
struct TraceShape: Encodable {
  private let page: TracePage

  init(_ page: TracePage) {
    self.page = page
  }

  enum CodingKeys: String, CodingKey {
    case traceID = "trace_id"
    case start
    case durationNS = "duration_ns"
    case spans
    case duplicates
    case partial
    case spanCount = "span_count"
    case cursor
  }

  func encode(to encoder: any Encoder) throws {
    let trace = page.trace
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(trace.id.description, forKey: .traceID)
    try container.encode(TimeShape(trace.start), forKey: .start)
    try container.encode(trace.duration.nanoseconds, forKey: .durationNS)
    var spans = container.nestedUnkeyedContainer(forKey: .spans)
    for linked in trace.spans[page.range] {
      let children = linked.children.filter(trace.spans.indices.contains).map { trace.spans[$0].span.spanID }
      try spans.encode(SpanShape(linked: linked, children: children))
    }
    if trace.duplicateCount > 0 { try container.encode(trace.duplicateCount, forKey: .duplicates) }
    if page.isPartial { try container.encode(true, forKey: .partial) }
    if page.range.count < trace.spans.count { try container.encode(trace.spans.count, forKey: .spanCount) }
    try container.encodeIfPresent(page.next, forKey: .cursor)
  }
}

/// Several traces, in the order of asking.
struct TracesShape: Encodable {
  var traces: [TraceShape]
}

private struct SpanShape: Encodable {
  var linked: LinkedSpan
  var children: [SpanID]

  enum CodingKeys: String, CodingKey {
    case spanID = "span_id"
    case parentSpanID = "parent_span_id"
    case service, name, kind, start
    case durationNS = "duration_ns"
    case status
    case statusMessage = "status_message"
    case attributes, events, links, orphan, children
    case clockShiftNS = "clock_shift_ns"
    case clockSkewNS = "clock_skew_ns"
  }

  func encode(to encoder: any Encoder) throws {
    let span = linked.span
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(span.spanID.description, forKey: .spanID)
    try container.encode(span.parentSpanID.isZero ? nil : span.parentSpanID.description, forKey: .parentSpanID)
    try container.encode(span.serviceName, forKey: .service)
    try container.encode(span.name, forKey: .name)
    try container.encode(span.kind.description, forKey: .kind)
    try container.encode(TimeShape(span.start), forKey: .start)
    try container.encode(span.duration.nanoseconds, forKey: .durationNS)
    try container.encode(span.status.code.description, forKey: .status)
    if !span.status.message.isEmpty { try container.encode(span.status.message, forKey: .statusMessage) }
    try container.encode(AttributesShape(attributes: span.attributes), forKey: .attributes)
    try container.encode(span.events.map { EventShape(event: $0) }, forKey: .events)
    try container.encode(span.links.map { LinkShape(link: $0) }, forKey: .links)
    if linked.isOrphan { try container.encode(true, forKey: .orphan) }
    if let shift = linked.clockShift {
      try container.encode(shift.nanoseconds, forKey: shift.isApplied ? .clockShiftNS : .clockSkewNS)
    }
    try container.encode(children.map(\.description), forKey: .children)
  }
}

private struct EventShape: Encodable {
  var event: SpanEvent

  enum CodingKeys: String, CodingKey {
    case time, name, attributes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(TimeShape(event.time), forKey: .time)
    try container.encode(event.name, forKey: .name)
    try container.encode(AttributesShape(attributes: event.attributes), forKey: .attributes)
  }
}

private struct LinkShape: Encodable {
  var link: SpanLink

  enum CodingKeys: String, CodingKey {
    case traceID = "trace_id"
    case spanID = "span_id"
    case attributes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(link.traceID.description, forKey: .traceID)
    try container.encode(link.spanID.description, forKey: .spanID)
    try container.encode(AttributesShape(attributes: link.attributes), forKey: .attributes)
  }
}
