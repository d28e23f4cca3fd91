// What goes with what.
extension TraceQLParser {
  /// - Throws: where the outcome could be nothing but false, whatever the span.
  mutating func check(
    _ left: PlacedExpression, _ sign: TraceQLOperator, _ signPosition: Int, _ right: PlacedExpression
  ) throws(TraceQLError) {
    if sign.isPattern || !sign.isComparison { try check(sign, signPosition, [left, right]) }
    guard left.type.goes(with: right.type) else { throw mismatch(left, sign, right) }
    if left.type == .nil, right.type == .nil {
      throw TraceQLError(at: signPosition, "nil is compared with an attribute, for example .http.route \(sign) nil")
    }
    try check(sign, signPosition, [left, right])
    if sign.isPattern {
      guard case .literal(.string(let pattern)) = right.expression else {
        throw TraceQLError(
          at: right.position,
          "expected a regular expression in quotes, for example \(left.expression.shown) \(sign) \"GET /.*\"")
      }
      patternCount += 1
      guard patternCount <= QueryLimits.questionPatternsMax else {
        throw TraceQLError(
          at: right.position, "more than \(QueryLimits.questionPatternsMax) regular expressions: join them with |")
      }
      do { _ = try RegularExpression(pattern) } catch {
        throw TraceQLError(at: right.position, "no regular expression: \(error)")
      }
    }
  }

  private func check(
    _ sign: TraceQLOperator, _ signPosition: Int, _ sides: [PlacedExpression]
  ) throws(TraceQLError) {
    for side in sides where !side.type.allows(sign) {
      throw TraceQLError(
        at: signPosition,
        side.type == .nil
          ? "nil has no \(sign): there are = nil and != nil"
          : "\(side.expression.shown) is \(side.type.name), which has no \(sign): there are \(side.type.operators)")
    }
  }

  private func mismatch(
    _ left: PlacedExpression, _ sign: TraceQLOperator, _ right: PlacedExpression
  ) -> TraceQLError {
    if case .not(let operand) = left.expression {
      return TraceQLError(
        at: left.position, "! binds closer than \(sign): write !(\(operand.shown) \(sign) \(right.expression.shown))")
    }
    let isLeftValue = left.expression.hasField == false && right.expression.hasField
    let (field, value) = isLeftValue ? (right, left) : (left, right)
    let (fieldText, valueText) = (field.expression.shown, value.expression.shown)
    let reason =
      switch (field.type, value.type) {
      case (.unknown, .status), (.unknown, .kind), (.unknown, .outcome):
        "\(valueText) is \(value.type.name), and an attribute is none: a text is written \(fieldText) \(sign) \"\(valueText)\""
      case (.status, .outcome): "\(valueText) is an outcome, not a status: write outcome \(sign) \(valueText)"
      case (.outcome, .status): "\(valueText) is no outcome; expected \(field.type.example)"
      default:
        "\(fieldText) is \(field.type.name), and \(valueText) is \(value.type.name): "
          + "expected a value, for example \(fieldText) \(sign) \(field.type.example)"
      }
    return TraceQLError(at: value.position, reason)
  }

  /// Where something stands that is neither true nor false.
  func noCondition(_ value: PlacedExpression) -> TraceQLError {
    let text = value.expression.shown
    return TraceQLError(
      at: value.position,
      "\(text) is \(value.type.name), not a condition"
        + (value.expression.hasField ? ": write for example \(text) = \(value.type.example)" : ""))
  }
}

extension TraceQLType {
  fileprivate var operators: String {
    switch self {
    case .string: "=, !=, =~, !~, <, <=, > and >="
    case .number, .duration: "=, !=, <, <=, >, >= and + - * / % ^"
    case .unknown: "all"
    case .bool: "=, !=, && and ||"
    case .status, .kind, .outcome, .nil: "= and !="
    }
  }
}

extension TraceQLExpression {
  /// As it is shown in a message.
  var shown: String {
    let text = description
    return text.count <= 60 ? text : "\(text.prefix(57))…"
  }
}
