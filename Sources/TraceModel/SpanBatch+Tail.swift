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

extension SpanBatch {
  /// The row's trace state and links, without decoding anything else.
  /// - Parameter linksMax: how many links are taken at most.
  /// - Throws: also if the batch has no details.
  package func tail(at row: Int, linksMax: Int) throws(CodingError) -> SpanTail {
    var reader = try detailReader(ofRow: row)
    for type in shapes[Int(shapeIndices[row])].types { try AttributeValue.skip(type, in: &reader) }
    var tail = SpanTail()
    if reader.isAtEnd { return tail }
    tail.traceState = try reader.textBytes()
    _ = try reader.textBytes()
    for _ in 0..<3 { _ = try reader.varint() }
    for _ in 0..<(try reader.elementCount()) {
      _ = try reader.varint()
      _ = try reader.textBytes()
      try reader.skipAttributes()
      _ = try reader.varint()
    }
    for _ in 0..<min(linksMax, try reader.elementCount()) {
      let traceID = TraceID(high: try reader.fixed(), low: try reader.fixed())
      tail.links.append(SpanReference(traceID: traceID, spanID: SpanID(rawValue: try reader.fixed())))
      _ = try reader.textBytes()
      try reader.skipAttributes()
      _ = try reader.varint()
      _ = try reader.varint()
    }
    return tail
  }
}

extension ByteReader {
  /// Of an event or a link.
  fileprivate mutating func skipAttributes() throws(CodingError) {
    for _ in 0..<(try elementCount()) {
      let type = try AttributeType(from: &self)
      _ = try textBytes()
      try AttributeValue.skip(type, in: &self)
    }
  }
}
