// A value is a tag byte and what follows it:
//   0 empty | 1 string | 2 false | 3 true | 4 int (zigzag) | 5 double (8 bytes) | 6 bytes | 7 array (count, values)
//   | 8 key-value list (count, attributes)

extension AttributeValue {
  /// - Precondition: at most `depthMax` values deep.
  package func encode(into writer: inout ByteWriter, depth: Int = 1) {
    precondition(depth <= Self.depthMax)
    switch self {
    case .empty: writer.fixed(UInt8(0))
    case .string(let value):
      writer.fixed(UInt8(1))
      writer.string(value)
    case .bool(let value): writer.fixed(UInt8(value ? 3 : 2))
    case .int(let value):
      writer.fixed(UInt8(4))
      writer.zigzag(value)
    case .double(let value):
      writer.fixed(UInt8(5))
      writer.fixed(value.bitPattern)
    case .bytes(let value):
      writer.fixed(UInt8(6))
      writer.lengthPrefixed(value)
    case .array(let values):
      writer.fixed(UInt8(7))
      writer.varint(values.count)
      for value in values { value.encode(into: &writer, depth: depth + 1) }
    case .keyValueList(let attributes):
      writer.fixed(UInt8(8))
      attributes.encode(into: &writer, depth: depth + 1)
    }
  }

  package init(from reader: inout ByteReader, depth: Int = 1) throws(CodingError) {
    guard depth <= Self.depthMax else { throw .malformed("attribute value: too deep") }
    switch try reader.byte() {
    case 0: self = .empty
    case 1: self = .string(try reader.string())
    case 2: self = .bool(false)
    case 3: self = .bool(true)
    case 4: self = .int(try reader.zigzag())
    case 5: self = .double(Double(bitPattern: try reader.fixed()))
    case 6: self = .bytes(Array(try reader.lengthPrefixed()))
    case 7:
      var values: [AttributeValue] = []
      for _ in 0..<(try reader.elementCount()) {
        values.append(try AttributeValue(from: &reader, depth: depth + 1))
      }
      self = .array(values)
    case 8: self = .keyValueList(try [Attribute](from: &reader, depth: depth + 1))
    default: throw .malformed("attribute value: unknown tag")
    }
  }
}

extension [Attribute] {
  package func encode(into writer: inout ByteWriter, depth: Int = 1) {
    writer.varint(count)
    for attribute in self {
      writer.string(attribute.key)
      attribute.value.encode(into: &writer, depth: depth)
    }
  }

  package init(from reader: inout ByteReader, depth: Int = 1) throws(CodingError) {
    self = []
    for _ in 0..<(try reader.elementCount()) {
      let key = try reader.string()
      append(Attribute(key, try AttributeValue(from: &reader, depth: depth)))
    }
  }
}
