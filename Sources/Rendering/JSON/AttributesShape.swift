import FoundationEssentials
import TraceModel

/// Attributes as an object. Of several with one key the last is kept, as most readers of JSON would.
struct AttributesShape: Encodable {
  var attributes: [Attribute]

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for attribute in attributes {
      try container.encode(ValueShape(value: attribute.value), forKey: Key(stringValue: attribute.key))
    }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) { nil }
  }
}

/// A value as JSON's own of the same kind; bytes as base64, and the numbers that JSON has not as words.
/// No deeper than `AttributeValue.depthMax`, so the recursion is bounded.
private struct ValueShape: Encodable {
  var value: AttributeValue

  func encode(to encoder: any Encoder) throws {
    if case .keyValueList(let attributes) = value {
      return try AttributesShape(attributes: attributes).encode(to: encoder)
    }
    var container = encoder.singleValueContainer()
    switch value {
    case .empty, .keyValueList: try container.encodeNil()
    case .string(let text): try container.encode(text)
    case .bool(let flag): try container.encode(flag)
    case .int(let number): try container.encode(number)
    case .double(let number) where number.isFinite: try container.encode(number)
    case .double(let number):
      try container.encode(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
    case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString())
    case .array(let values): try container.encode(values.map { ValueShape(value: $0) })
    }
  }
}
