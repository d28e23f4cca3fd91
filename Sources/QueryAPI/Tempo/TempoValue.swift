import FoundationEssentials
import TraceModel

/// An attribute as OTLP's JSON has it: `{"key": "…", "value": {"stringValue": "…"}}`.
struct TempoAttribute: Encodable {
  let key: String
  let value: TempoValue

  init(_ attribute: Attribute) {
    key = attribute.key
    value = TempoValue(attribute.value)
  }
}

/// What an attribute holds, as protobuf's JSON has it.
struct TempoValue: Encodable {
  private let value: AttributeValue

  init(_ value: AttributeValue) {
    self.value = value
  }

  private enum Key: String, CodingKey {
    case stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue, values
  }

  /// - Note: `AttributeValue.depthMax` bounds the recursion.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch value {
    case .empty: break
    case .string(let text): try container.encode(text, forKey: .stringValue)
    case .bool(let flag): try container.encode(flag, forKey: .boolValue)
    case .int(let number): try container.encode(String(number), forKey: .intValue)
    case .double(let number): try container.encode(JSONNumber(number), forKey: .doubleValue)
    case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString(), forKey: .bytesValue)
    case .array(let values):
      var nested = container.nestedContainer(keyedBy: Key.self, forKey: .arrayValue)
      try nested.encode(values.map(TempoValue.init), forKey: .values)
    case .keyValueList(let attributes):
      var nested = container.nestedContainer(keyedBy: Key.self, forKey: .kvlistValue)
      try nested.encode(attributes.map(TempoAttribute.init), forKey: .values)
    }
  }
}

/// A number as protobuf's JSON has it: those that JSON has no word for are texts.
struct JSONNumber: Encodable {
  private let number: Double

  init(_ number: Double) {
    self.number = number
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if number.isNaN {
      try container.encode("NaN")
    } else if number.isInfinite {
      try container.encode(number < 0 ? "-Infinity" : "Infinity")
    } else {
      try container.encode(number)
    }
  }
}
