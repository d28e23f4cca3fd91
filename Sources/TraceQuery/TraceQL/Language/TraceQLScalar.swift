/// A figure of a set of spans, or one made of several.
package indirect enum TraceQLScalar: Hashable, Sendable {
  case aggregate(TraceQLAggregate)
  /// An integer, a double or a duration.
  case literal(TraceQLLiteral)
  /// With an arithmetic operator.
  case binary(TraceQLScalar, TraceQLOperator, TraceQLScalar)
}

extension TraceQLScalar: CustomStringConvertible {
  package var description: String { text(level: TraceQLExpression.Level.sum) }

  private func text(level: Int) -> String {
    let (own, text): (Int, String)
    switch self {
    case .aggregate(let aggregate): (own, text) = (TraceQLExpression.Level.alone, aggregate.description)
    case .literal(let literal):
      (own, text) = (
        literal.isNegative ? TraceQLExpression.Level.sum : TraceQLExpression.Level.alone, literal.description
      )
    case .binary(let left, .power, let right):
      own = TraceQLExpression.Level.power
      text = "\(left.text(level: TraceQLExpression.Level.alone)) ^ \(right.text(level: own))"
    case .binary(let left, let sign, let right):
      own = sign.precedence
      text = "\(left.text(level: own)) \(sign) \(right.text(level: own + 1))"
    }
    return own < level ? "(\(text))" : text
  }
}
