/// What can be worked out of one span: a value, or whether something holds.
package indirect enum TraceQLExpression: Hashable, Sendable {
  case literal(TraceQLLiteral)
  case field(TraceQLField)
  case binary(TraceQLExpression, TraceQLOperator, TraceQLExpression)
  /// At least two, none of them an `and` itself.
  case and([TraceQLExpression])
  /// At least two, none of them an `or` itself.
  case or([TraceQLExpression])
  case not(TraceQLExpression)
  /// Of a literal, the parser makes another literal.
  case minus(TraceQLExpression)
}

extension TraceQLExpression {
  /// `left && right`, flat.
  package static func and(_ left: TraceQLExpression, _ right: TraceQLExpression) -> TraceQLExpression {
    .and(left.conjuncts + right.conjuncts)
  }

  /// `left || right`, flat.
  package static func or(_ left: TraceQLExpression, _ right: TraceQLExpression) -> TraceQLExpression {
    .or(left.disjuncts + right.disjuncts)
  }

  /// What must all hold: the members of an `and`, or the expression alone.
  package var conjuncts: [TraceQLExpression] { if case .and(let members) = self { members } else { [self] } }

  /// Of which one must hold: the members of an `or`, or the expression alone.
  package var disjuncts: [TraceQLExpression] { if case .or(let members) = self { members } else { [self] } }
}

extension TraceQLExpression: CustomStringConvertible {
  package var description: String { text(level: Level.any) }

  /// How closely things bind, as in Tempo's grammar; what a text of a lower level needs parentheses for.
  enum Level {
    static let any = 1
    static let comparison = 2
    static let sum = 3
    static let not = 4
    static let product = 5
    static let power = 6
    static let alone = 7
  }

  private func text(level: Int) -> String {
    let (own, text) = parts
    return own < level ? "(\(text))" : text
  }

  private var parts: (level: Int, text: String) {
    switch self {
    case .literal(let literal): (literal.isNegative ? Level.sum : Level.alone, literal.description)
    case .field(let field): (Level.alone, field.description)
    case .and(let members): (Level.any, Self.joined(members, "&&"))
    case .or(let members): (Level.any, Self.joined(members, "||"))
    case .not(let operand): (Level.not, "!\(operand.text(level: Level.product))")
    case .minus(let operand): (Level.sum, "-\(operand.text(level: Level.not))")
    case .binary(let left, let sign, let right):
      (
        sign.precedence,
        sign == .power
          ? "\(left.text(level: Level.alone)) ^ \(right.text(level: Level.power))"
          : "\(left.text(level: sign.precedence)) \(sign) \(right.text(level: sign.precedence + 1))"
      )
    }
  }

  private static func joined(_ members: [TraceQLExpression], _ sign: String) -> String {
    members.map { $0.text(level: Level.comparison) }.joined(separator: " \(sign) ")
  }
}
