/// The parts of a span that differ too much for a column each.
///
/// A row's bytes are the values of its attributes, whose keys and types its shape has. Behind them, only if any of it is
/// not empty or zero:
///
///     trace state, status message                texts
///     dropped attributes, events, links          counts
///     number of events; of each:                 time less the span's start (zigzag, wrapping), name (text),
///                                                 attributes, dropped attributes
///     number of links; of each:                  trace ID, span ID (8 bytes a number), trace state (text), attributes,
///                                                 dropped attributes, flags
///
/// Attributes in there are a count, and for each its type's number, its key (text), its value. Texts, and values
/// without their type, are told in `AttributeValue+Content`. `DetailWalk` in RingStore reads the same.
package struct SpanDetails: Hashable, Sendable {
  package var traceState = ""
  package var statusMessage = ""
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32 = 0
  package var events: [SpanEvent] = []
  package var droppedEventsCount: UInt32 = 0
  package var links: [SpanLink] = []
  package var droppedLinksCount: UInt32 = 0
}

extension SpanDetails {
  /// Appends a row without its shape.
  /// - Precondition: attribute values are at most `AttributeValue.depthMax` deep.
  package static func encode(_ span: Span, into writer: inout ByteWriter) {
    for attribute in span.attributes { attribute.value.encodeContent(into: &writer) }
    let isPlain =
      span.events.isEmpty && span.status.message.isEmpty && span.traceState.isEmpty && span.links.isEmpty
      && span.droppedAttributesCount | span.droppedEventsCount | span.droppedLinksCount == 0
    if isPlain { return }
    writer.text(span.traceState)
    writer.text(span.status.message)
    writer.varint(UInt64(span.droppedAttributesCount))
    writer.varint(UInt64(span.droppedEventsCount))
    writer.varint(UInt64(span.droppedLinksCount))
    writer.varint(span.events.count)
    for event in span.events {
      writer.zigzag(Int64(bitPattern: event.time.unixNanoseconds &- span.start.unixNanoseconds))
      writer.text(event.name)
      event.attributes.encodeDetails(into: &writer)
      writer.varint(UInt64(event.droppedAttributesCount))
    }
    writer.varint(span.links.count)
    for link in span.links {
      writer.fixed(link.traceID.high)
      writer.fixed(link.traceID.low)
      writer.fixed(link.spanID.rawValue)
      writer.text(link.traceState)
      link.attributes.encodeDetails(into: &writer)
      writer.varint(UInt64(link.droppedAttributesCount))
      writer.varint(UInt64(link.flags))
    }
  }

  /// Reads a row to its end.
  init(_ shape: AttributeShape, start: Timestamp, from reader: inout ByteReader) throws(CodingError) {
    attributes = try [Attribute](shape, from: &reader)
    if reader.isAtEnd { return }
    traceState = try reader.text()
    statusMessage = try reader.text()
    droppedAttributesCount = try reader.count32()
    droppedEventsCount = try reader.count32()
    droppedLinksCount = try reader.count32()
    for _ in 0..<(try reader.elementCount()) {
      let time = start.unixNanoseconds &+ UInt64(bitPattern: try reader.zigzag())
      events.append(
        SpanEvent(
          time: Timestamp(unixNanoseconds: time), name: try reader.text(),
          attributes: try [Attribute](details: &reader), droppedAttributesCount: try reader.count32()))
    }
    for _ in 0..<(try reader.elementCount()) {
      links.append(
        SpanLink(
          traceID: TraceID(high: try reader.fixed(), low: try reader.fixed()),
          spanID: SpanID(rawValue: try reader.fixed()), traceState: try reader.text(),
          attributes: try [Attribute](details: &reader), droppedAttributesCount: try reader.count32(),
          flags: try reader.count32()))
    }
    guard reader.isAtEnd else { throw .malformed("details: too long") }
  }
}

extension [Attribute] {
  /// Reads the values of a shape.
  init(_ shape: AttributeShape, from reader: inout ByteReader) throws(CodingError) {
    self = []
    reserveCapacity(shape.keys.count)
    for (key, type) in zip(shape.keys, shape.types) {
      append(Attribute(key, try AttributeValue(type, from: &reader)))
    }
  }

  fileprivate func encodeDetails(into writer: inout ByteWriter) {
    writer.varint(count)
    for attribute in self {
      writer.fixed(attribute.value.type.rawValue)
      writer.text(attribute.key)
      attribute.value.encodeContent(into: &writer)
    }
  }

  fileprivate init(details reader: inout ByteReader) throws(CodingError) {
    self = []
    for _ in 0..<(try reader.elementCount()) {
      let type = try AttributeType(from: &reader)
      append(Attribute(try reader.text(), try AttributeValue(type, from: &reader)))
    }
  }
}
