// Stages and sets of spans.
extension TraceQLParser {
  /// What stands where a set of spans or a figure may stand.
  enum Operand {
    case spansets(TraceQLSpansets)
    case scalar(TraceQLScalar, TraceQLType)
  }

  struct PlacedOperand {
    var operand: Operand
    let position: Int
    let height: Int
  }

  /// Stages up to the end, a closing parenthesis or a metrics function, behind whose `|` it stops.
  mutating func pipeline(isInside: Bool) throws(TraceQLError) -> TraceQLPipeline {
    if let metricsFunction {
      throw TraceQLError(at: position, "\(metricsFunction) stands behind a |, for example { } | \(metricsFunction)(…)")
    }
    return try pipeline(after: try stage(), isInside: isInside)
  }

  private mutating func pipeline(
    after first: TraceQLStage, isInside: Bool
  ) throws(TraceQLError) -> TraceQLPipeline {
    var stages = [first]
    while token == .sign("|") {
      if pipePosition == nil { pipePosition = position }
      try advance()
      if let metricsFunction {
        isBehindPipe = !isInside
        if isBehindPipe { break }
        throw TraceQLError(at: position, "\(metricsFunction) stands at the end of a query, not inside of parentheses")
      }
      stageCount += 1
      guard stageCount < QueryLimits.questionStagesMax else {
        throw TraceQLError(at: position, "more than \(QueryLimits.questionStagesMax) stages behind one another")
      }
      if token == .word("coalesce") {
        try open("coalesce")
        try expect(")", "coalesce() takes nothing")
        stages.append(.coalesce)
      } else {
        stages.append(try stage())
      }
    }
    return TraceQLPipeline(stages)
  }

  private mutating func stage() throws(TraceQLError) -> TraceQLStage {
    switch token {
    case .word("by"):
      try open("by")
      return .by(
        try list { (parser) throws(TraceQLError) in
          let value = try parser.expression()
          guard value.expression.hasField else {
            throw TraceQLError(at: value.position, "by(…) takes what differs from span to span, for example by(name)")
          }
          return value.expression
        })
    case .word("select"):
      try open("select")
      return .select(try list { (parser) throws(TraceQLError) in try parser.field() })
    case .word("coalesce"): throw TraceQLError(at: position, "coalesce() stands behind a |, after by(…)")
    default: return try stage(after: try operand(level: TraceQLExpression.Level.any))
    }
  }

  private mutating func stage(after first: PlacedOperand) throws(TraceQLError) -> TraceQLStage {
    stageHeight = max(stageHeight, first.height)
    switch first.operand {
    case .spansets(let spansets): return .spansets(spansets)
    case .scalar(let left, let leftType):
      guard case .sign(let sign) = token, let comparison = TraceQLOperator(rawValue: sign), comparison.isComparison,
        !comparison.isPattern
      else {
        if token == .sign(")") {
          throw TraceQLError(
            at: first.position, "to compare figures of two pipelines is not supported; there is { } | \(left) > 2")
        }
        throw misplaced(orEnd: "a comparison, for example \(left) > 2,")
      }
      try advance()
      if case .string = token { throw misplaced(orEnd: "a number or a duration, for example \(left) > 2,") }
      let second = try operand(level: TraceQLExpression.Level.sum)
      stageHeight = max(stageHeight, second.height)
      guard case .scalar(let right, let rightType) = second.operand else {
        throw TraceQLError(at: second.position, "expected a figure, for example \(left) > 2, and found a set of spans")
      }
      guard left.hasAggregate || right.hasAggregate else {
        throw TraceQLError(
          at: first.position, "this compares no figure of the spans: there are count(), avg(…), min(…), max(…), sum(…)")
      }
      guard leftType.goes(with: rightType) else {
        throw TraceQLError(at: second.position, "\(left) is \(leftType.name), and \(right) is \(rightType.name)")
      }
      return .scalarFilter(TraceQLScalarFilter(left, comparison, right))
    }
  }

  // MARK: Sets of spans and figures

  private mutating func operand(level: Int) throws(TraceQLError) -> PlacedOperand {
    var left = try primary()
    while true {
      guard case .sign(let sign) = token else { return left }
      let (signPosition, precedence): (Int, Int)
      switch left.operand {
      case .spansets:
        guard let known = TraceQLSpansetOperator(sign) else { return left }
        (signPosition, precedence) = (position, known.precedence)
        guard precedence >= level else { return left }
        if spansetOperatorPosition == nil { spansetOperatorPosition = position }
      case .scalar:
        guard let known = TraceQLOperator(rawValue: sign), !known.isComparison else { return left }
        (signPosition, precedence) = (position, known.precedence)
        guard precedence >= level else { return left }
      }
      try advance()
      let right = try operand(level: sign == "^" ? precedence : precedence + 1)
      left = try combined(left, sign, signPosition, right)
    }
  }

  private func combined(
    _ left: PlacedOperand, _ sign: String, _ signPosition: Int, _ right: PlacedOperand
  ) throws(TraceQLError) -> PlacedOperand {
    let height = try height(left.height, right.height, at: signPosition)
    let operand: Operand
    switch (left.operand, right.operand) {
    case (.spansets(let first), .spansets(let second)):
      guard let sign = TraceQLSpansetOperator(sign) else { throw misplaced(orEnd: "an operator") }
      operand = .spansets(.combined(first, sign, second))
    case (.scalar(let first, let firstType), .scalar(let second, let secondType)):
      guard let sign = TraceQLOperator(rawValue: sign) else { throw misplaced(orEnd: "an operator") }
      operand = .scalar(
        .binary(first, sign, second), firstType == .duration || secondType == .duration ? .duration : .number)
    case (.spansets, .scalar):
      throw TraceQLError(at: right.position, "expected another set of spans behind \(sign), for example { }")
    case (.scalar, .spansets):
      throw TraceQLError(at: right.position, "expected another figure behind \(sign), for example 2")
    }
    return PlacedOperand(operand: operand, position: left.position, height: height)
  }

  private mutating func primary() throws(TraceQLError) -> PlacedOperand {
    let start = position
    switch token {
    case .sign("{"):
      let filter = try filter()
      return PlacedOperand(operand: .spansets(.filter(filter)), position: start, height: 1)
    case .sign("("): return try parenthesised()
    case .sign("-"):
      try advance()
      guard let literal = try number(isNegative: true) else {
        throw misplaced(orEnd: "a number behind -")
      }
      return PlacedOperand(operand: .scalar(.literal(literal), literal.type), position: start, height: 1)
    case .word(let word) where Self.aggregates.contains(word):
      let (aggregate, type) = try aggregate(word)
      return PlacedOperand(operand: .scalar(.aggregate(aggregate), type), position: start, height: 1)
    default:
      if let literal = try number(isNegative: false) {
        return PlacedOperand(operand: .scalar(.literal(literal), literal.type), position: start, height: 1)
      }
      throw noStage()
    }
  }

  private mutating func parenthesised() throws(TraceQLError) -> PlacedOperand {
    let start = position
    let (operand, height) = try nested { (parser) throws(TraceQLError) -> (Operand, Int) in
      try parser.advance()
      if let metricsFunction = parser.metricsFunction {
        throw TraceQLError(
          at: parser.position, "\(metricsFunction) stands at the end of a query, not inside of parentheses")
      }
      let isStage = parser.token == .word("by") || parser.token == .word("select")
      let first =
        isStage ? nil : try parser.operand(level: TraceQLExpression.Level.any)
      // A figure or a set of spans in parentheses is the same without them.
      if let first, parser.token == .sign(")") { return (first.operand, first.height) }
      let outside = parser.stageHeight
      parser.stageHeight = 1
      defer { parser.stageHeight = outside }
      let stage = if let first { try parser.stage(after: first) } else { try parser.stage() }
      let pipeline = try parser.pipeline(after: stage, isInside: true)
      return (.spansets(.pipeline(pipeline)), try parser.height(parser.stageHeight, 0, at: start))
    }
    try expect(")", "or | and another stage")
    return PlacedOperand(operand: operand, position: start, height: height)
  }

  /// `{ … }`
  mutating func filter() throws(TraceQLError) -> TraceQLExpression {
    try expect("{", "such as { duration > 100ms }")
    if token == .sign("}") {
      try advance()
      return .literal(.bool(true))
    }
    let condition = try expression()
    guard condition.type.mayBeBool else {
      if token == .sign("}") { throw noCondition(condition) }
      throw misplaced(orEnd: "an operator, for example \(condition.expression.shown) = \(condition.type.example),")
    }
    try expect("}", "or && and another condition")
    return condition.expression
  }

  // MARK: Figures

  static let aggregates: Set = ["count", "avg", "min", "max", "sum"]

  private mutating func aggregate(_ word: String) throws(TraceQLError) -> (TraceQLAggregate, TraceQLType) {
    try open(word)
    if word == "count" {
      try expect(")", "count() takes nothing: it counts spans")
      return (.count, .number)
    }
    let value = try expression()
    guard value.type.mayBeNumeric else {
      throw TraceQLError(
        at: value.position, "\(word)(…) takes numbers or durations, and \(value.expression) is \(value.type.name)")
    }
    guard value.expression.hasField else {
      throw TraceQLError(
        at: value.position, "\(word)(…) takes what differs from span to span, for example \(word)(duration)")
    }
    try expect(")", "as in \(word)(duration)")
    let aggregate: TraceQLAggregate =
      switch word {
      case "avg": .avg(value.expression)
      case "min": .min(value.expression)
      case "max": .max(value.expression)
      default: .sum(value.expression)
      }
    return (aggregate, value.type)
  }
}

extension TraceQLScalar {
  fileprivate var hasAggregate: Bool {
    switch self {
    case .aggregate: true
    case .literal: false
    case .binary(let left, _, let right): left.hasAggregate || right.hasAggregate
    }
  }
}

extension TraceQLExpression {
  /// Whether it depends on the span at all.
  var hasField: Bool {
    switch self {
    case .literal: false
    case .field: true
    case .and(let members), .or(let members): members.contains { $0.hasField }
    case .not(let operand), .minus(let operand): operand.hasField
    case .binary(let left, _, let right): left.hasField || right.hasField
    }
  }
}
