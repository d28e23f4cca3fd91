// A value whose type stands elsewhere, in a shape or in front of it:
//   empty nothing | string a text | bool 0 or 1 | int zigzag | double 8 bytes | bytes with their length
//   | array, key-value list: their length, then the value as `AttributeValue+Bytes` has it

extension AttributeValue {
  /// - Precondition: at most `depthMax` values deep.
  func encodeContent(into writer: inout ByteWriter) {
    switch self {
    case .empty: break
    case .string(let value): writer.text(value)
    case .bool(let value): writer.fixed(UInt8(value ? 1 : 0))
    case .int(let value): writer.zigzag(value)
    case .double(let value): writer.fixed(value.bitPattern)
    case .bytes(let value): writer.lengthPrefixed(value)
    case .array, .keyValueList:
      var nested = ByteWriter()
      encode(into: &nested)
      writer.lengthPrefixed(nested.bytes)
    }
  }

  package init(_ type: AttributeType, from reader: inout ByteReader) throws(CodingError) {
    switch type {
    case .empty: self = .empty
    case .string: self = .string(try reader.text())
    case .bool:
      let byte = try reader.byte()
      guard byte <= 1 else { throw .malformed("attribute value: bool") }
      self = .bool(byte == 1)
    case .int: self = .int(try reader.zigzag())
    case .double: self = .double(Double(bitPattern: try reader.fixed()))
    case .bytes: self = .bytes(Array(try reader.lengthPrefixed()))
    case .array, .keyValueList:
      var nested = ByteReader(try reader.lengthPrefixed())
      self = try AttributeValue(from: &nested)
      guard nested.isAtEnd, self.type == type else { throw .malformed("attribute value: nested") }
    }
  }

  package static func skip(_ type: AttributeType, in reader: inout ByteReader) throws(CodingError) {
    switch type {
    case .empty: break
    case .string: try reader.skipText()
    case .bool: try reader.skip(1)
    case .int: _ = try reader.varint()
    case .double: try reader.skip(8)
    case .bytes, .array, .keyValueList: try reader.skip(try reader.varint())
    }
  }
}

// A text is a string that a block may store once and refer to. Its first number is even: twice the length, and the
// UTF-8 follows. Odd numbers are references; there are none in memory.

extension ByteWriter {
  mutating func text(_ text: String) {
    varint(text.utf8.count * 2)
    raw(text.utf8)
  }
}

extension ByteReader {
  package mutating func textBytes() throws(CodingError) -> ArraySlice<UInt8> {
    let length = try textLength()
    guard length <= UInt64(remaining) else { throw .truncated }
    return try raw(Int(length))
  }

  mutating func skipText() throws(CodingError) { try skip(try textLength()) }

  private mutating func textLength() throws(CodingError) -> UInt64 {
    let number = try varint()
    guard number & 1 == 0 else { throw .malformed("text: a reference outside of a block") }
    return number / 2
  }

  mutating func text() throws(CodingError) -> String { String(decoding: try textBytes(), as: UTF8.self) }
}
