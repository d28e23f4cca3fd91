/// What an attribute holds: OTLP's AnyValue.
package enum AttributeValue: Sendable {
  /// An AnyValue with no member set, which OTLP allows.
  case empty
  case string(String)
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case bytes([UInt8])
  case array([AttributeValue])
  case keyValueList([Attribute])

  /// How many values may stand inside one another. Deeper input is refused by the codec, so that no recursion over
  /// values anywhere goes deeper.
  package static let depthMax = 32
}

extension AttributeValue: Hashable {
  /// Doubles are equal when their bits are, so that a stored NaN equals what was sent.
  package static func == (left: AttributeValue, right: AttributeValue) -> Bool {
    switch (left, right) {
    case (.empty, .empty): true
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
    case (.bytes(let left), .bytes(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.keyValueList(let left), .keyValueList(let right)): left == right
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .empty: hasher.combine(0)
    case .string(let value): hasher.combine(value)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .double(let value): hasher.combine(value.bitPattern)
    case .bytes(let value): hasher.combine(value)
    case .array(let values): hasher.combine(values)
    case .keyValueList(let attributes): hasher.combine(attributes)
    }
  }
}

extension AttributeValue {
  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var intValue: Int64? {
    if case .int(let value) = self { value } else { nil }
  }
}
