/// The keys of a span's attributes in their order, and what each value is. Spans that one line of code made share it, so
/// a batch stores it once and a span only its values.
package struct AttributeShape: Sendable {
  /// May hold a key twice, if a span does.
  package let keys: [String]
  package let types: [AttributeType]
  /// An attribute a time: its type's number, its key as a text. What makes two shapes the same one.
  package let bytes: [UInt8]
  /// Of `bytes`, kept because the same shape goes from batch to batch.
  let hash: UInt64

  package init(of attributes: [Attribute]) {
    keys = attributes.map(\.key)
    types = attributes.map(\.value.type)
    bytes = Self.bytes(of: attributes)
    hash = EntryHash.of(bytes)
  }

  /// Reads `bytes` back.
  package init(from bytes: [UInt8]) throws(CodingError) {
    var (keys, types): ([String], [AttributeType]) = ([], [])
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      types.append(try AttributeType(from: &reader))
      keys.append(try reader.text())
    }
    (self.keys, self.types, self.bytes, hash) = (keys, types, bytes, EntryHash.of(bytes))
  }

  /// The first position of a key among the attributes; nil if spans of this shape do not have it.
  package func position(of key: String) -> Int? { keys.firstIndex(of: key) }

  static func bytes(of attributes: [Attribute]) -> [UInt8] {
    var writer = ByteWriter()
    for attribute in attributes {
      writer.fixed(attribute.value.type.rawValue)
      writer.text(attribute.key)
    }
    return writer.bytes
  }

  /// Whether attributes have this shape, byte for byte; without hashing or copying anything.
  func fits(_ attributes: [Attribute]) -> Bool {
    guard attributes.count == keys.count else { return false }
    for (position, attribute) in attributes.enumerated() {
      guard attribute.value.type == types[position], attribute.key.hasSameBytes(as: keys[position]) else {
        return false
      }
    }
    return true
  }
}

/// Which case of `AttributeValue` a value is, by the number that stands for it on disk.
package enum AttributeType: UInt8, Sendable {
  case empty = 0
  case string = 1
  case bool = 2
  case int = 4
  case double = 5
  case bytes = 6
  case array = 7
  case keyValueList = 8
}

extension AttributeType {
  init(from reader: inout ByteReader) throws(CodingError) {
    guard let type = AttributeType(rawValue: try reader.byte()) else { throw .malformed("attribute: unknown type") }
    self = type
  }
}

extension AttributeValue {
  package var type: AttributeType {
    switch self {
    case .empty: .empty
    case .string: .string
    case .bool: .bool
    case .int: .int
    case .double: .double
    case .bytes: .bytes
    case .array: .array
    case .keyValueList: .keyValueList
    }
  }
}
