import TraceModel

/// What spans are looked for: those for which all conditions hold. Without conditions, all spans.
package struct SpanFilter: Hashable, Sendable {
  package var conditions: [Condition]

  package init(_ conditions: [Condition] = []) {
    self.conditions = conditions
  }

  package enum Condition: Hashable, Sendable {
    /// The resource's service.name, byte for byte.
    case service(String)
    case serviceNamespace(String)
    case spanName(String)
    case kind(SpanKind)
    case status(SpanStatus.Code)
    /// As the fold has annotated the span; where none has, by its status: fault for an error, else ok.
    case outcome(Outcome)
    case duration(ClosedRange<TraceModel.Duration>)
    case start(ClosedRange<Timestamp>)
    case end(ClosedRange<Timestamp>)
    case attribute(Scope, String, equals: Value)
    case hasAttribute(Scope, String)
    /// The name passes the test.
    case name(ValueTest)
    /// There is such an attribute, and the first of its key passes the test.
    case attributeValue(Scope, String, ValueTest)
    /// At least one of the filters holds.
    case anyOf([SpanFilter])
    case not(SpanFilter)
  }

  /// Whose attribute is meant.
  package enum Scope: Hashable, Sendable {
    case span
    case resource
    /// The span's or, if it has no attribute of that key, its resource's.
    case any
  }

  /// What an attribute is compared with. Of several attributes with one key the first counts; of a list, any element.
  package enum Value: Hashable, Sendable {
    case string(String)
    case bool(Bool)
    /// An integer, or a double that is the same number.
    case int(Int64)
    case double(Double)
  }
}

extension SpanFilter.Value {
  package func equals(_ value: AttributeValue) -> Bool {
    switch (self, value) {
    case (.string(let wanted), .string(let text)): wanted.hasSameBytes(as: text)
    case (.bool(let wanted), .bool(let flag)): wanted == flag
    case (.int(let wanted), .int(let number)): wanted == number
    case (.int(let wanted), .double(let number)): Int64(exactly: number) == wanted
    case (.double(let wanted), .int(let number)): Int64(exactly: wanted) == number
    case (.double(let wanted), .double(let number)): wanted == number
    case (_, .array(let values)): values.contains { if case .array = $0 { false } else { equals($0) } }
    default: false
    }
  }
}
