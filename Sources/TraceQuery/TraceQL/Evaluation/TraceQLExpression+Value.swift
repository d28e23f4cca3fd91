import TraceModel

extension TraceQLExpression {
  /// What it is where fields are as they are told. Conditions are always true or false, but for `!` of something else.
  func value(
    _ patterns: TraceQLPatterns, _ field: (TraceQLField) throws(CodingError) -> TraceQLValue
  ) throws(CodingError) -> TraceQLValue {
    switch self {
    case .literal(let literal): return TraceQLValue(literal)
    case .field(let wanted): return try field(wanted)
    case .and(let members):
      for member in members where !(try member.value(patterns, field).isTrue) { return .bool(false) }
      return .bool(true)
    case .or(let members):
      for member in members where try member.value(patterns, field).isTrue { return .bool(true) }
      return .bool(false)
    case .not(let operand): return try operand.value(patterns, field).inverse
    case .minus(let operand): return try operand.value(patterns, field).opposite
    case .binary(let left, let sign, let right):
      let (leftValue, rightValue) = (try left.value(patterns, field), try right.value(patterns, field))
      if !sign.isComparison { return leftValue.combined(sign, rightValue) }
      if right == .literal(.nil) { return .bool(leftValue.isAbsent == (sign == .equal)) }
      if left == .literal(.nil) { return .bool(rightValue.isAbsent == (sign == .equal)) }
      return .bool(leftValue.holds(sign, rightValue, sign.isPattern ? patterns[right] : nil))
    }
  }

  /// Whether it is true or false for every span.
  var isAlwaysBool: Bool {
    switch self {
    case .literal(let literal): literal.type == .bool
    case .and, .or: true
    case .not(let operand): operand.isAlwaysBool
    case .binary(_, let sign, _): sign.isComparison
    case .field, .minus: false
    }
  }

  /// Each field in it, once.
  package var fields: [TraceQLField] {
    var fields: [TraceQLField] = []
    collect(into: &fields)
    return fields
  }

  private func collect(into fields: inout [TraceQLField]) {
    switch self {
    case .literal: break
    case .field(let field): if !fields.contains(field) { fields.append(field) }
    case .and(let members), .or(let members): for member in members { member.collect(into: &fields) }
    case .not(let operand), .minus(let operand): operand.collect(into: &fields)
    case .binary(let left, _, let right):
      left.collect(into: &fields)
      right.collect(into: &fields)
    }
  }

  /// Whether it can be worked out of a span without the others of its trace.
  package var isOfSpanAlone: Bool {
    switch self {
    case .literal: true
    case .field(let field): field.isOfSpanAlone
    case .and(let members), .or(let members): members.allSatisfy { $0.isOfSpanAlone }
    case .not(let operand), .minus(let operand): operand.isOfSpanAlone
    case .binary(let left, _, let right): rootTest != nil || left.isOfSpanAlone && right.isOfSpanAlone
    }
  }

  /// What `nestedSetParent < 0` and the like are for a root, and for any other span; nil for what is something else. A root
  /// says that it is one, so nobody else is asked: Grafana finds entry points so.
  var rootTest: (ofRoot: Bool, ofOther: Bool)? {
    switch self {
    case .binary(.field(.intrinsic(.nestedSetParent)), let sign, .literal(.int(let number))):
      Self.rootTest(sign, number)
    case .binary(.literal(.int(let number)), let sign, .field(.intrinsic(.nestedSetParent))):
      Self.rootTest(sign.mirrored, number)
    default: nil
    }
  }

  private static func rootTest(_ sign: TraceQLOperator, _ number: Int64) -> (ofRoot: Bool, ofOther: Bool)? {
    guard number < 0 || number == 0 && (sign == .less || sign == .greaterOrEqual) else { return nil }
    // Of others it is 0 or more, and on which side of the number that lies is the same for all of them.
    return (
      TraceQLValue.int(-1).holds(sign, .int(number)), TraceQLValue.int(number == 0 ? 0 : .max).holds(sign, .int(number))
    )
  }

  /// Whether it needs a batch with details.
  package var needsDetails: Bool { fields.contains(where: \.needsDetails) }
}
