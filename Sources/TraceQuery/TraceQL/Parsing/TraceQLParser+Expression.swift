import TraceModel

// What stands between braces and in functions.
extension TraceQLParser {
  struct PlacedExpression {
    var expression: TraceQLExpression
    let position: Int
    let height: Int

    var type: TraceQLType { expression.type }
  }

  /// - Parameters:
  ///   - level: how closely an operator must bind to be part of it.
  ///   - left: what it will be compared with, for messages.
  mutating func expression(
    level: Int = TraceQLExpression.Level.any, against left: PlacedExpression? = nil
  ) throws(TraceQLError) -> PlacedExpression {
    var left = try operand(against: left)
    while case .sign(let sign) = token {
      let signPosition = position
      if sign == "&&" || sign == "||" {
        guard level <= TraceQLExpression.Level.any else { return left }
        try advance()
        let right = try expression(level: TraceQLExpression.Level.comparison)
        left = try joined(left, sign, signPosition, right)
      } else if let known = TraceQLOperator(rawValue: sign), known.precedence >= level {
        try advance()
        let right = try expression(
          level: known == .power ? known.precedence : known.precedence + 1, against: known.isComparison ? left : nil)
        left = try combined(left, known, signPosition, right)
      } else {
        return left
      }
    }
    return left
  }

  private mutating func joined(
    _ left: PlacedExpression, _ sign: String, _ signPosition: Int, _ right: PlacedExpression
  ) throws(TraceQLError) -> PlacedExpression {
    for side in [left, right] where !side.type.mayBeBool { throw noCondition(side) }
    let isSame =
      switch left.expression {
      case .and: sign == "&&"
      case .or: sign == "||"
      default: false
      }
    let height = try height(isSame ? left.height - 1 : left.height, right.height, at: signPosition)
    let expression =
      sign == "&&"
      ? TraceQLExpression.and(left.expression, right.expression) : .or(left.expression, right.expression)
    if sign == "||" { places[expression] = places[expression] ?? signPosition }
    return PlacedExpression(expression: expression, position: left.position, height: height)
  }

  private mutating func combined(
    _ first: PlacedExpression, _ sign: TraceQLOperator, _ signPosition: Int, _ second: PlacedExpression
  ) throws(TraceQLError) -> PlacedExpression {
    var (left, right) = (first, second)
    left.expression = left.expression.asOutcome(beside: right.type)
    right.expression = right.expression.asOutcome(beside: left.type)
    try check(left, sign, signPosition, right)
    let expression = TraceQLExpression.binary(left.expression, sign, right.expression)
    if sign.isComparison { places[expression] = places[expression] ?? signPosition }
    return PlacedExpression(
      expression: expression, position: left.position, height: try height(left.height, right.height, at: signPosition))
  }

  // MARK: Operands

  private mutating func operand(against left: PlacedExpression?) throws(TraceQLError) -> PlacedExpression {
    let start = position
    switch token {
    case .sign("("):
      return try nested { (parser) throws(TraceQLError) in
        try parser.advance()
        let inner = try parser.expression()
        try parser.expect(")", "or && and another condition")
        return PlacedExpression(expression: inner.expression, position: start, height: inner.height)
      }
    case .sign("!"):
      try advance()
      let inner = try nested { (parser) throws(TraceQLError) in
        try parser.expression(level: TraceQLExpression.Level.product)
      }
      guard inner.type.mayBeBool else {
        throw TraceQLError(
          at: start,
          "! needs parentheses around a condition, as in !(\(inner.expression.shown) = …): alone, "
            + "\(inner.expression.shown) is \(inner.type.name)")
      }
      let expression = TraceQLExpression.not(inner.expression)
      places[expression] = places[expression] ?? start
      return PlacedExpression(
        expression: expression, position: start, height: try height(inner.height, 0, at: start))
    case .sign("-"): return try negative()
    default:
      let expression = try literalOrField(against: left)
      return PlacedExpression(expression: expression, position: start, height: 1)
    }
  }

  private mutating func negative() throws(TraceQLError) -> PlacedExpression {
    let start = position
    try advance()
    // The lowest integer, which has no positive one.
    if token == .int(Int64.min.magnitude) {
      try advance()
      return PlacedExpression(expression: .literal(.int(.min)), position: start, height: 1)
    }
    let inner = try nested { (parser) throws(TraceQLError) in
      try parser.expression(level: TraceQLExpression.Level.not)
    }
    guard inner.type.mayBeNumeric else {
      throw TraceQLError(
        at: inner.position, "- goes before a number, and \(inner.expression.shown) is \(inner.type.name)")
    }
    if case .literal(let literal) = inner.expression, let opposite = literal.negated {
      return PlacedExpression(expression: .literal(opposite), position: start, height: 1)
    }
    return PlacedExpression(
      expression: .minus(inner.expression), position: start, height: try height(inner.height, 0, at: start))
  }

  private mutating func literalOrField(against left: PlacedExpression?) throws(TraceQLError) -> TraceQLExpression {
    switch token {
    case .string(let text):
      try advance()
      return .literal(.string(text))
    case .word(let word):
      if let literal = Self.keywords[word] {
        try advance()
        return .literal(literal)
      }
      guard TraceQLIntrinsic(word: word) != nil else { throw unknown(word, against: left) }
      return .field(try field())
    case .attribute(let scope, let key):
      if left?.expression.hasField == true, Self.scopes[scope] == nil {
        throw TraceQLError(at: position, "a text stands in quotes: \"\(scope).\(key)\"")
      }
      return .field(try field())
    default:
      if let number = try number(isNegative: false) { return .literal(number) }
      throw left.map(noValue(against:)) ?? noField()
    }
  }

  static let keywords: [String: TraceQLLiteral] = {
    var keywords: [String: TraceQLLiteral] = [
      "true": .bool(true), "false": .bool(false), "nil": .nil, "throttle": .outcome(.throttle),
      "fault": .outcome(.fault), "error": .status(.error), "ok": .status(.ok), "unset": .status(.unset),
    ]
    for kind in SpanKind.known { keywords[kind.description] = .kind(kind) }
    return keywords
  }()

  /// The number or duration that comes next; nil if none does.
  mutating func number(isNegative: Bool) throws(TraceQLError) -> TraceQLLiteral? {
    let literal: TraceQLLiteral
    switch token {
    case .int(let magnitude):
      guard let number = isNegative && magnitude == Int64.min.magnitude ? Int64.min : Int64(exactly: magnitude) else {
        throw TraceQLError(at: position, "\(magnitude) is more than 64 bits hold; there is \(magnitude).0")
      }
      literal = .int(number)
    case .double(let number): literal = .double(number)
    case .duration(let nanoseconds): literal = .duration(nanoseconds: nanoseconds)
    default: return nil
    }
    try advance()
    return isNegative ? literal.negated ?? literal : literal
  }

  static let scopes: [String: TraceQLField.Scope] = [
    "": .any, "span": .span, "resource": .resource, "parent": .parent, "parent.span": .parentSpan,
    "parent.resource": .parentResource, "event": .event, "link": .link, "instrumentation": .instrumentation,
  ]

  /// An attribute or an intrinsic.
  mutating func field() throws(TraceQLError) -> TraceQLField {
    let field: TraceQLField
    switch token {
    case .word(let word):
      guard let intrinsic = TraceQLIntrinsic(word: word) else { throw unknown(word, against: nil) }
      field = .intrinsic(intrinsic)
    case .attribute(let scope, let key):
      guard let known = Self.scopes[scope] else { throw noScope(scope, key) }
      guard !key.isEmpty else {
        throw TraceQLError(at: position, "expected an attribute's key behind the dot, for example .http.route")
      }
      field = .attribute(known, key)
    default: throw noField()
    }
    try advance()
    return field
  }
}

extension TraceQLLiteral {
  /// The same number below zero; nil for what has none.
  fileprivate var negated: TraceQLLiteral? {
    switch self {
    case .int(let number): number == .min ? nil : .int(-number)
    case .double(let number): .double(-number)
    case .duration(let nanoseconds): nanoseconds == .min ? nil : .duration(nanoseconds: -nanoseconds)
    default: nil
    }
  }
}

extension TraceQLExpression {
  /// `ok` and `error` are outcomes beside one.
  fileprivate func asOutcome(beside other: TraceQLType) -> TraceQLExpression {
    guard other == .outcome, case .literal(.status(let code)) = self, let outcome = Outcome(code.description) else {
      return self
    }
    return .literal(.outcome(outcome))
  }
}
