extension Resource {
  package func encode(into writer: inout ByteWriter) {
    attributes.encode(into: &writer)
    writer.varint(UInt64(droppedAttributesCount))
    writer.string(schemaURL)
    writer.varint(entityReferences.count)
    for reference in entityReferences {
      writer.string(reference.schemaURL)
      writer.string(reference.type)
      writer.strings(reference.idKeys)
      writer.strings(reference.descriptionKeys)
    }
  }

  package init(from reader: inout ByteReader) throws(CodingError) {
    self.init(attributes: try [Attribute](from: &reader))
    droppedAttributesCount = try reader.count32()
    schemaURL = try reader.string()
    for _ in 0..<(try reader.elementCount()) {
      entityReferences.append(
        EntityReference(
          schemaURL: try reader.string(), type: try reader.string(), idKeys: try reader.strings(),
          descriptionKeys: try reader.strings()))
    }
  }
}

extension InstrumentationScope {
  package func encode(into writer: inout ByteWriter) {
    writer.string(name)
    writer.string(version)
    attributes.encode(into: &writer)
    writer.varint(UInt64(droppedAttributesCount))
    writer.string(schemaURL)
  }

  package init(from reader: inout ByteReader) throws(CodingError) {
    self.init(
      name: try reader.string(), version: try reader.string(), attributes: try [Attribute](from: &reader),
      droppedAttributesCount: try reader.count32(), schemaURL: try reader.string())
  }
}

extension ByteWriter {
  fileprivate mutating func strings(_ strings: [String]) {
    varint(strings.count)
    for text in strings { string(text) }
  }
}

extension ByteReader {
  fileprivate mutating func strings() throws(CodingError) -> [String] {
    var strings: [String] = []
    for _ in 0..<(try elementCount()) { strings.append(try string()) }
    return strings
  }

  package mutating func count32() throws(CodingError) -> UInt32 {
    guard let count = UInt32(exactly: try varint()) else { throw .malformed("count") }
    return count
  }
}
