import FoundationEssentials
import TraceModel

/// A tag of Jaeger's model: of a span, a process or a log.
struct JaegerTag: Encodable, Hashable {
  var key: String
  var value: JaegerValue

  init(_ key: String, _ value: JaegerValue) {
    (self.key, self.value) = (key, value)
  }

  init(_ attribute: Attribute) {
    self.init(attribute.key, JaegerValue(attribute.value))
  }

  enum CodingKeys: String, CodingKey {
    case key, type, value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key, forKey: .key)
    try container.encode(value.type, forKey: .type)
    switch value {
    case .string(let text): try container.encode(text, forKey: .value)
    case .bool(let flag): try container.encode(flag, forKey: .value)
    case .int(let number) where number.magnitude < 1 << 53: try container.encode(number, forKey: .value)
    // JavaScript would round it.
    case .int(let number): try container.encode(String(number), forKey: .value)
    case .double(let number) where number.isFinite: try container.encode(number, forKey: .value)
    // JSON has no such numbers.
    case .double(let number): try container.encode(number.word, forKey: .value)
    case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString(), forKey: .value)
    }
  }
}

/// The values that Jaeger's model knows; lists and maps are JSON in a string there.
enum JaegerValue: Hashable {
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case bytes([UInt8])

  init(_ value: AttributeValue) {
    switch value {
    case .empty: self = .string("")
    case .string(let text): self = .string(text)
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .double(number)
    case .bytes(let bytes): self = .bytes(bytes)
    case .array, .keyValueList: self = .string(value.json)
    }
  }

  var type: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int: "int64"
    case .double: "float64"
    case .bytes: "binary"
    }
  }

  /// Whether a person who writes this text means this value.
  func isMeant(by text: String) -> Bool {
    switch self {
    case .string(let own): own == text
    case .bool(let flag): "\(flag)" == text
    case .int(let number): String(number) == text
    case .double(let number): Double(text) == number
    case .bytes(let bytes): Data(bytes).base64EncodedString() == text
    }
  }
}

extension AttributeValue {
  /// The value as plain JSON, without the types' names.
  fileprivate var json: String {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(PlainValue(value: self)), as: UTF8.self)
    } catch {
      return "\(self)"
    }
  }
}

/// A value as JSON has it. Values are at most `AttributeValue.depthMax` deep.
private struct PlainValue: Encodable {
  var value: AttributeValue

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch value {
    case .keyValueList(let attributes):
      var container = encoder.container(keyedBy: Key.self)
      for attribute in attributes {
        try container.encode(PlainValue(value: attribute.value), forKey: Key(stringValue: attribute.key))
      }
    case .array(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(PlainValue(value: value)) }
    default:
      var container = encoder.singleValueContainer()
      switch value {
      case .string(let text): try container.encode(text)
      case .bool(let flag): try container.encode(flag)
      case .int(let number): try container.encode(number)
      case .double(let number) where number.isFinite: try container.encode(number)
      case .double(let number): try container.encode(number.word)
      case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString())
      default: try container.encodeNil()
      }
    }
  }
}

extension Double {
  /// What protobuf's JSON calls a number that JSON has not.
  fileprivate var word: String { isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }
}
