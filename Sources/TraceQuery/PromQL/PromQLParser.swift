import TraceModel

/// Reads PromQL. Looks one word ahead, and goes no deeper than `QueryLimits.questionDepthMax`.
struct PromQLParser {
  typealias Part = (expression: PromQLExpression, kind: PromQLExpression.Kind)

  private var scanner: PromQLScanner
  private(set) var token = PromQLToken.end
  private(set) var position = 1
  private var depth = 0
  private var partCount = 0
  var selectors: [PromQLSelector] = []

  init(_ text: String) throws(PromQLError) {
    guard text.utf8.count <= QueryLimits.promQLBytesMax else {
      throw PromQLError(at: 1, "the query has more than \(QueryLimits.promQLBytesMax) bytes")
    }
    scanner = PromQLScanner(text)
    try advance()
  }

  mutating func query() throws(PromQLError) -> Part {
    if token == .end { throw PromQLError(at: position, "no expression found in input") }
    let part = try expression(from: 1)
    try expectEnd()
    if part.kind == .matrix {
      throw PromQLError(at: 1, "a range vector has no value of its own; put it into rate(…) or increase(…)")
    }
    return part
  }

  mutating func selectorAlone() throws(PromQLError) -> PromQLSelector {
    guard case .selector(let number) = try primary().expression else {
      throw PromQLError(at: 1, "expected a selector such as {service=\"web\"}")
    }
    try expectEnd()
    guard selectors[number].range == nil else { throw PromQLError(at: 1, "a selector of series has no range") }
    return selectors[number]
  }

  // MARK: Words

  mutating func advance() throws(PromQLError) { (token, position) = try scanner.next() }

  func unexpected(_ wanted: String) -> PromQLError {
    PromQLError(at: position, "unexpected \(token), expected \(wanted)")
  }

  mutating func takes(sign: String) throws(PromQLError) -> Bool {
    guard token == .sign(sign) else { return false }
    try advance()
    return true
  }

  mutating func expect(sign: String) throws(PromQLError) {
    guard try takes(sign: sign) else { throw unexpected("\"\(sign)\"") }
  }

  mutating func takes(keyword: String) throws(PromQLError) -> Bool {
    guard case .word(let word) = token, word.lowercased() == keyword else { return false }
    try advance()
    return true
  }

  private func expectEnd() throws(PromQLError) {
    if token != .end { throw unexpected("an operator or the end") }
  }

  /// Counts a part, so that nobody has to work out a query without end.
  private mutating func count() throws(PromQLError) {
    partCount += 1
    if partCount > QueryLimits.promQLPartsMax {
      throw PromQLError(at: position, "the query has more than \(QueryLimits.promQLPartsMax) parts")
    }
  }

  // MARK: Operators

  mutating func expression(from rank: Int) throws(PromQLError) -> Part {
    depth += 1
    defer { depth -= 1 }
    if depth > QueryLimits.questionDepthMax {
      throw PromQLError(at: position, "nested deeper than \(QueryLimits.questionDepthMax)")
    }
    var left = try unary()
    while let operation = nextOperator, operation.rank >= rank {
      let start = position
      try advance()
      try count()
      var own = PromQLOperation(operation: operation)
      try modify(&own)
      let right = try expression(from: operation == .power ? operation.rank : operation.rank + 1)
      left = try joined(left, own, right, at: start)
    }
    return left
  }

  private var nextOperator: PromQLOperation.Operator? {
    switch token {
    case .sign(let sign): PromQLOperation.Operator(rawValue: sign)
    case .word(let word): PromQLOperation.Operator(rawValue: word.lowercased())
    default: nil
    }
  }

  /// A sign in front binds less than `^` and more than the others.
  private mutating func unary() throws(PromQLError) -> Part {
    try count()
    let start = position
    if try takes(sign: "-") {
      let part = try expression(from: PromQLOperation.Operator.power.rank)
      guard part.kind == .scalar || part.kind == .vector else {
        throw PromQLError(at: start, "a sign stands before a number or an instant vector, not a \(part.kind.rawValue)")
      }
      return (.negative(part.expression), part.kind)
    }
    if try takes(sign: "+") { return try expression(from: PromQLOperation.Operator.power.rank) }
    return try primary()
  }

  private mutating func modify(_ operation: inout PromQLOperation) throws(PromQLError) {
    let start = position
    if try takes(keyword: "bool") {
      guard operation.operation.isComparison else { throw PromQLError(at: start, "bool is for comparisons only") }
      operation.isBool = true
    }
    if try takes(keyword: "on") {
      operation.isOn = true
      operation.labels = try labelList()
    } else if try takes(keyword: "ignoring") {
      operation.labels = try labelList()
    } else {
      return
    }
    let sideStart = position
    if try takes(keyword: "group_left") {
      operation.many = .left
    } else if try takes(keyword: "group_right") {
      operation.many = .right
    } else {
      return
    }
    if operation.operation.isOfSets {
      throw PromQLError(at: sideStart, "no grouping is allowed for \"\(operation.operation.rawValue)\"")
    }
    if token == .sign("(") { operation.included = try labelList() }
  }

  private func joined(
    _ left: Part, _ operation: PromQLOperation, _ right: Part, at start: Int
  ) throws(PromQLError) -> Part {
    for part in [left, right] where part.kind != .scalar && part.kind != .vector {
      throw PromQLError(
        at: start, "an operator stands between numbers and instant vectors; this is a \(part.kind.rawValue)")
    }
    let isOfScalars = left.kind == .scalar && right.kind == .scalar
    if isOfScalars && operation.operation.isComparison && !operation.isBool {
      throw PromQLError(at: start, "comparisons between scalars must use bool")
    }
    if operation.operation.isOfSets && (left.kind == .scalar || right.kind == .scalar) {
      throw PromQLError(at: start, "\"\(operation.operation.rawValue)\" stands between instant vectors")
    }
    return (.binary(operation, left.expression, right.expression), isOfScalars ? .scalar : .vector)
  }

  // MARK: Parts

  mutating func primary() throws(PromQLError) -> Part {
    let start = position
    var part: Part
    switch token {
    case .number(let value):
      try advance()
      part = (.number(value), .scalar)
    case .duration(let length):
      try advance()
      part = (.number(Double(length.nanoseconds) / 1e9), .scalar)
    case .string(let text):
      try advance()
      part = (.string(text), .string)
    case .sign("("):
      try advance()
      part = try expression(from: 1)
      try expect(sign: ")")
    case .sign("{"): part = try selector(named: nil, at: start)
    case .word(let word): part = try named(word, at: start)
    default: throw unexpected("an expression")
    }
    return try withModifiers(part)
  }

  private mutating func named(_ word: String, at start: Int) throws(PromQLError) -> Part {
    try advance()
    let lower = word.lowercased()
    if let operation = PromQLAggregation.Operator(rawValue: lower), isAggregationNext {
      return try aggregation(operation)
    }
    if token == .sign("(") { return try call(word, at: start) }
    if lower == "inf" { return (.number(.infinity), .scalar) }
    if lower == "nan" { return (.number(.nan), .scalar) }
    if Self.reserved.contains(lower) || PromQLOperation.Operator(rawValue: lower) != nil {
      throw PromQLError(at: start, "unexpected \"\(word)\", expected an expression")
    }
    return try selector(named: word, at: start)
  }

  private static let reserved: Set<String> = [
    "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", ":",
  ]

  private var isAggregationNext: Bool {
    switch token {
    case .sign("("): true
    case .word(let word): ["by", "without"].contains(word.lowercased())
    default: false
    }
  }

  private mutating func aggregation(_ operation: PromQLAggregation.Operator) throws(PromQLError) -> Part {
    var own = PromQLAggregation(operation: operation, grouping: [], isWithout: false)
    let isGrouped = try takesGrouping(&own)
    try expect(sign: "(")
    if operation.hasParameter {
      let start = position
      let parameter = try expression(from: 1)
      try require(.scalar, parameter, at: start, operation.rawValue)
      own.parameter = parameter.expression
      try expect(sign: ",")
    }
    let start = position
    let part = try expression(from: 1)
    try require(.vector, part, at: start, operation.rawValue)
    try expect(sign: ")")
    if !isGrouped { _ = try takesGrouping(&own) }
    return (.aggregate(own, of: part.expression), .vector)
  }

  private mutating func takesGrouping(_ aggregation: inout PromQLAggregation) throws(PromQLError) -> Bool {
    if try takes(keyword: "by") {
      aggregation.grouping = try labelList()
      return true
    }
    guard try takes(keyword: "without") else { return false }
    aggregation.isWithout = true
    aggregation.grouping = try labelList()
    return true
  }

  private mutating func call(_ name: String, at start: Int) throws(PromQLError) -> Part {
    guard let function = PromQLFunction(rawValue: name) else {
      if PromQLFunction.ofSamples.contains(name) {
        throw PromQLError(
          at: start, "\(name) is not supported: Spoor keeps counts, not samples; take rate(…) or increase(…)")
      }
      let known = PromQLFunction.allCases.map(\.rawValue) + PromQLAggregation.Operator.allCases.map(\.rawValue)
      throw PromQLError(
        at: start, "\(name) is not supported; there are \(known.joined(separator: ", "))")
    }
    try expect(sign: "(")
    var arguments: [PromQLExpression] = []
    let wanted = function.parameters
    while token != .sign(")") {
      let place = position
      guard arguments.count < wanted.count + function.extraMax, let kind = wanted.last else {
        throw PromQLError(at: place, "\(name) takes \(wanted.count) arguments")
      }
      let part = try expression(from: 1)
      try require(arguments.count < wanted.count ? wanted[arguments.count] : kind, part, at: place, name)
      arguments.append(part.expression)
      guard try takes(sign: ",") else { break }
    }
    guard arguments.count >= wanted.count else {
      throw PromQLError(at: start, "\(name) takes \(wanted.count) arguments, there are \(arguments.count)")
    }
    try expect(sign: ")")
    return (.call(function, arguments), function.result)
  }

  private func require(
    _ kind: PromQLExpression.Kind, _ part: Part, at start: Int, _ name: String
  ) throws(PromQLError) {
    guard part.kind == kind else {
      throw PromQLError(
        at: start, "expected type \(kind.rawValue) in call to \(name), got \(part.kind.rawValue)")
    }
  }
}
