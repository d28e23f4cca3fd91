/// The parts of a span that differ too much for a column each. As bytes they refer to nothing outside, so a row moves
/// from one batch to another by copying them.
package struct SpanDetails: Hashable, Sendable {
  package var traceState: String
  package var statusMessage: String
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32
  package var events: [SpanEvent]
  package var droppedEventsCount: UInt32
  package var links: [SpanLink]
  package var droppedLinksCount: UInt32

  package init(of span: Span) {
    traceState = span.traceState
    statusMessage = span.status.message
    attributes = span.attributes
    droppedAttributesCount = span.droppedAttributesCount
    events = span.events
    droppedEventsCount = span.droppedEventsCount
    links = span.links
    droppedLinksCount = span.droppedLinksCount
  }

  package func encode(into writer: inout ByteWriter) {
    attributes.encode(into: &writer)
    writer.string(traceState)
    writer.string(statusMessage)
    writer.varint(UInt64(droppedAttributesCount))
    writer.varint(events.count)
    for event in events {
      writer.fixed(event.time.unixNanoseconds)
      writer.string(event.name)
      event.attributes.encode(into: &writer)
      writer.varint(UInt64(event.droppedAttributesCount))
    }
    writer.varint(UInt64(droppedEventsCount))
    writer.varint(links.count)
    for link in links {
      writer.fixed(link.traceID.high)
      writer.fixed(link.traceID.low)
      writer.fixed(link.spanID.rawValue)
      writer.string(link.traceState)
      link.attributes.encode(into: &writer)
      writer.varint(UInt64(link.droppedAttributesCount))
      writer.varint(UInt64(link.flags))
    }
    writer.varint(UInt64(droppedLinksCount))
  }

  package init(from reader: inout ByteReader) throws(CodingError) {
    attributes = try [Attribute](from: &reader)
    traceState = try reader.string()
    statusMessage = try reader.string()
    droppedAttributesCount = try reader.count32()
    events = []
    for _ in 0..<(try reader.elementCount()) {
      events.append(
        SpanEvent(
          time: Timestamp(unixNanoseconds: try reader.fixed()), name: try reader.string(),
          attributes: try [Attribute](from: &reader), droppedAttributesCount: try reader.count32()))
    }
    droppedEventsCount = try reader.count32()
    links = []
    for _ in 0..<(try reader.elementCount()) {
      links.append(
        SpanLink(
          traceID: TraceID(high: try reader.fixed(), low: try reader.fixed()),
          spanID: SpanID(rawValue: try reader.fixed()), traceState: try reader.string(),
          attributes: try [Attribute](from: &reader), droppedAttributesCount: try reader.count32(),
          flags: try reader.count32()))
    }
    droppedLinksCount = try reader.count32()
  }
}
