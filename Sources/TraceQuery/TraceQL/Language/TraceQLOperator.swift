/// What stands between two values.
package enum TraceQLOperator: String, Hashable, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// A regular expression for the whole text.
  case matches = "=~"
  case matchesNot = "!~"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "^"
}

extension TraceQLOperator: CustomStringConvertible {
  package var description: String { rawValue }

  /// Whether the outcome is true or false.
  package var isComparison: Bool { precedence == TraceQLExpression.Level.comparison }

  var isPattern: Bool { self == .matches || self == .matchesNot }

  var isOrder: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }

  var precedence: Int {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .matches, .matchesNot:
      TraceQLExpression.Level.comparison
    case .add, .subtract: TraceQLExpression.Level.sum
    case .multiply, .divide, .remainder: TraceQLExpression.Level.product
    case .power: TraceQLExpression.Level.power
    }
  }

  /// The comparison with its sides exchanged: `1 < x` says `x > 1`. Patterns stand on the right only.
  package var mirrored: TraceQLOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}
