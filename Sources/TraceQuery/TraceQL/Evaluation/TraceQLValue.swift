import TraceModel

/// What a field or an expression is for one span.
package enum TraceQLValue: Sendable {
  /// Of a field that the span does not have, and of arithmetic that has no result.
  case absent
  case int(Int64)
  case double(Double)
  case string(String)
  case bool(Bool)
  case duration(nanoseconds: Int64)
  case status(SpanStatus.Code)
  case kind(SpanKind)
  case outcome(Outcome)
  /// Of an attribute. A comparison holds if it does for any element; `!=` and `!~`, for all.
  case array([TraceQLValue])
  /// One for each event or link that has one, at least one. A comparison holds if it does for any of them.
  case several([TraceQLValue])
  /// Bytes, a list of attributes, or nothing at all: it is there, and equal to nothing.
  case other
}

extension TraceQLValue {
  package init(_ literal: TraceQLLiteral) {
    switch literal {
    case .int(let number): self = .int(number)
    case .double(let number): self = .double(number)
    case .string(let text): self = .string(text)
    case .bool(let flag): self = .bool(flag)
    case .duration(let nanoseconds): self = .duration(nanoseconds: nanoseconds)
    case .status(let code): self = .status(code)
    case .kind(let kind): self = .kind(kind)
    case .outcome(let outcome): self = .outcome(outcome)
    case .nil: self = .absent
    }
  }

  package init(_ value: AttributeValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .double(number)
    case .array(let values):
      self = .array(
        values.map { if case .array = $0 { TraceQLValue.other } else { TraceQLValue($0) } })
    case .empty, .bytes, .keyValueList: self = .other
    }
  }

  package init(_ duration: TraceModel.Duration) {
    self = .duration(nanoseconds: Int64(clamping: duration.nanoseconds))
  }

  package var isAbsent: Bool { if case .absent = self { true } else { false } }

  /// Whether it stands for a condition that holds.
  var isTrue: Bool {
    switch self {
    case .bool(let flag): flag
    case .array(let values), .several(let values): values.contains { $0.isTrue }
    default: false
    }
  }

  /// As a number; durations in nanoseconds. Nil for what is none.
  package var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .duration(let nanoseconds): Double(nanoseconds)
    default: nil
    }
  }

  /// The single values in it.
  package var members: [TraceQLValue] {
    switch self {
    case .absent: []
    case .array(let values): values
    case .several(let values): values.flatMap(\.members)
    default: [self]
    }
  }
}

// Texts are equal byte for byte, and doubles bit for bit, so that values can be told apart in groups.
extension TraceQLValue: Hashable {
  package static func == (left: TraceQLValue, right: TraceQLValue) -> Bool {
    switch (left, right) {
    case (.absent, .absent), (.other, .other): true
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.bool(let left), .bool(let right)): left == right
    case (.duration(let left), .duration(let right)): left == right
    case (.status(let left), .status(let right)): left == right
    case (.kind(let left), .kind(let right)): left == right
    case (.outcome(let left), .outcome(let right)): left == right
    case (.array(let left), .array(let right)), (.several(let left), .several(let right)): left == right
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .absent: hasher.combine(0)
    case .other: hasher.combine(1)
    case .int(let number): hasher.combine(number)
    case .double(let number): hasher.combine(number.bitPattern)
    case .string(let text): hasher.combine(text)
    case .bool(let flag): hasher.combine(flag)
    case .duration(let nanoseconds): hasher.combine(nanoseconds)
    case .status(let code): hasher.combine(code)
    case .kind(let kind): hasher.combine(kind)
    case .outcome(let outcome): hasher.combine(outcome)
    case .array(let values), .several(let values): hasher.combine(values)
    }
  }
}

extension TraceQLValue: CustomStringConvertible {
  /// As a label: texts without quotes, `nil` where there is nothing.
  package var description: String {
    switch self {
    case .absent: "nil"
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .string(let text): text
    case .bool(let flag): "\(flag)"
    case .duration(let nanoseconds): TraceQLLiteral.duration(nanoseconds: nanoseconds).description
    case .status(let code): code.description
    case .kind(let kind): kind.description
    case .outcome(let outcome): outcome.description
    case .array(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .several(let values): values.first?.description ?? "nil"
    case .other: "(other)"
    }
  }
}
