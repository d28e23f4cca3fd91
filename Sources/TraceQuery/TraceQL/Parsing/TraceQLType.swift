/// What is known of a value before any span is seen.
enum TraceQLType: Hashable {
  /// An attribute's.
  case unknown
  case number
  case duration
  case string
  case bool
  case status
  case kind
  case outcome
  case `nil`
}

extension TraceQLType {
  /// As it is named in a message.
  var name: String {
    switch self {
    case .unknown: "an attribute"
    case .number: "a number"
    case .duration: "a duration"
    case .string: "a text"
    case .bool: "true or false"
    case .status: "a status"
    case .kind: "a kind"
    case .outcome: "an outcome"
    case .nil: "nil"
    }
  }

  /// A value that such a one can be compared with.
  var example: String {
    switch self {
    case .unknown: "\"text\", 42, 1.5 or true"
    case .number: "42"
    case .duration: "100ms"
    case .string: "\"text\""
    case .bool: "true"
    case .status: "error, ok or unset"
    case .kind: "server, client, producer, consumer, internal or unspecified"
    case .outcome: "ok, error, throttle or fault"
    case .nil: "nil"
    }
  }

  var isNumeric: Bool { self == .number || self == .duration }
  var mayBeNumeric: Bool { isNumeric || self == .unknown }
  var mayBeBool: Bool { self == .bool || self == .unknown }

  /// Whether values of the two can be compared at all. Numbers and durations can, in nanoseconds, as in Tempo.
  func goes(with other: TraceQLType) -> Bool {
    switch (self, other) {
    case (.unknown, .status), (.unknown, .kind), (.unknown, .outcome): false
    case (.status, .unknown), (.kind, .unknown), (.outcome, .unknown): false
    case (.unknown, _), (_, .unknown), (.nil, _), (_, .nil): true
    default: self == other || isNumeric && other.isNumeric
    }
  }

  func allows(_ sign: TraceQLOperator) -> Bool {
    switch sign {
    case .equal, .notEqual: true
    case .less, .lessOrEqual, .greater, .greaterOrEqual: mayBeNumeric || self == .string
    case .matches, .matchesNot: self == .string || self == .unknown
    case .add, .subtract, .multiply, .divide, .remainder, .power: mayBeNumeric
    }
  }
}

extension TraceQLLiteral {
  var type: TraceQLType {
    switch self {
    case .int, .double: .number
    case .string: .string
    case .bool: .bool
    case .duration: .duration
    case .status: .status
    case .kind: .kind
    case .outcome: .outcome
    case .nil: .nil
    }
  }
}

extension TraceQLField {
  var type: TraceQLType {
    switch self {
    case .attribute: .unknown
    case .intrinsic(let intrinsic): intrinsic.type
    }
  }
}

extension TraceQLIntrinsic {
  var type: TraceQLType {
    switch self {
    case .name, .statusMessage, .spanID, .parentID, .parent, .traceID, .rootName, .rootServiceName, .eventName,
      .linkTraceID, .linkSpanID, .instrumentationName, .instrumentationVersion:
      .string
    case .status: .status
    case .kind: .kind
    case .outcome: .outcome
    case .duration, .traceDuration, .eventTimeSinceStart: .duration
    case .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent: .number
    }
  }
}

extension TraceQLExpression {
  var type: TraceQLType {
    switch self {
    case .literal(let literal): literal.type
    case .field(let field): field.type
    case .and, .or, .not: .bool
    case .minus(let operand): operand.type
    case .binary(let left, let sign, let right):
      sign.isComparison ? .bool : left.type == .duration || right.type == .duration ? .duration : .number
    }
  }
}
