/// Reads parts of rows' details, row by row. Taken out of the batch, because a function that is handed a whole batch gets a
/// copy, and retains each of its columns.
package struct DetailsReader {
  private let shapes: [AttributeShape]
  private let shapeIndices: [UInt32]
  private let detailEnds: [UInt32]
  private let details: [UInt8]

  /// - Parameter batch: a valid one.
  /// - Throws: if the batch has no details.
  package init(_ batch: SpanBatch) throws(CodingError) {
    guard batch.hasDetails else { throw .withoutDetails }
    (shapes, shapeIndices) = (batch.shapes, batch.shapeIndices)
    (detailEnds, details) = (batch.detailEnds, batch.details)
  }

  /// The row's trace state and links, without decoding anything else; nil if nothing stands behind its attributes.
  /// - Parameter linksMax: how many links are taken at most.
  package func tail(at row: Int, linksMax: Int) throws(CodingError) -> SpanTail? {
    var reader = reader(ofRow: row)
    for type in shapes[Int(shapeIndices[row])].types { try AttributeValue.skip(type, in: &reader) }
    if reader.isAtEnd { return nil }
    var tail = SpanTail()
    tail.traceState = try reader.textBytes()
    try reader.skipText()
    for _ in 0..<3 { _ = try reader.varint() }
    for _ in 0..<(try reader.elementCount()) {
      _ = try reader.varint()
      try reader.skipText()
      try reader.skipAttributes()
      _ = try reader.varint()
    }
    for _ in 0..<min(linksMax, try reader.elementCount()) {
      let traceID = TraceID(high: try reader.fixed(), low: try reader.fixed())
      tail.links.append(SpanReference(traceID: traceID, spanID: SpanID(rawValue: try reader.fixed())))
      try reader.skipText()
      try reader.skipAttributes()
      _ = try reader.varint()
      _ = try reader.varint()
    }
    return tail
  }

  /// The value of the attribute at a position of the row's shape. For several of them, or many rows, there is
  /// `AttributeSelection`.
  /// - Precondition: `position` is one of `shapes[shapeIndices[row]]`.
  package func value(at position: Int, ofRow row: Int) throws(CodingError) -> AttributeValue {
    var reader = reader(ofRow: row)
    let types = shapes[Int(shapeIndices[row])].types
    for type in types[..<position] { try AttributeValue.skip(type, in: &reader) }
    return try AttributeValue(types[position], from: &reader)
  }

  private func reader(ofRow row: Int) -> ByteReader {
    ByteReader(details[(row == 0 ? 0 : Int(detailEnds[row - 1]))..<Int(detailEnds[row])])
  }
}

extension ByteReader {
  /// Of an event or a link.
  fileprivate mutating func skipAttributes() throws(CodingError) {
    for _ in 0..<(try elementCount()) {
      let type = try AttributeType(from: &self)
      try skipText()
      try AttributeValue.skip(type, in: &self)
    }
  }
}
