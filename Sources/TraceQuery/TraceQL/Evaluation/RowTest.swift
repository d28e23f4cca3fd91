import TraceModel

/// A condition with all that can be known of it before the rows of a batch are looked at.
indirect enum RowTest: Sendable {
  case constant(Bool)
  /// By position in the batch's table.
  case names([Bool])
  case resources([Bool])
  case scopes([Bool])
  case kind(SpanKind, isEqual: Bool)
  case status(SpanStatus.Code, isEqual: Bool)
  case outcome(Outcome, isEqual: Bool)
  case duration(TraceQLOperator, TraceQLValue)
  /// Whether it holds for a span that says it has no parent, and for others.
  case root(Bool, otherwise: Bool)
  case attribute(AttributeTest)
  case and([RowTest])
  case or([RowTest])
  case not(RowTest)
  /// Anything else: worked out value by value.
  case expression(TraceQLExpression, [BoundField])

  struct BoundField: Sendable {
    let field: TraceQLField
    let reader: TraceQLRowField
  }
}

extension RowTest {
  init(_ expression: TraceQLExpression, _ patterns: TraceQLPatterns, _ columns: TraceQLColumns) {
    if let test = expression.rootTest {
      self = .root(test.ofRoot, otherwise: test.ofOther)
      return
    }
    switch expression {
    case .literal(.bool(let flag)): self = .constant(flag)
    case .and(let members): self = .and(members.map { RowTest($0, patterns, columns) })
    case .or(let members): self = .or(members.map { RowTest($0, patterns, columns) })
    case .not(let operand) where operand.isAlwaysBool: self = .not(RowTest(operand, patterns, columns))
    case .binary(.field(let field), let sign, .literal(let literal)):
      self =
        Self.comparison(field, sign, literal, patterns[.literal(literal)], columns)
        ?? Self.other(expression, patterns, columns)
    case .binary(.literal(let literal), let sign, .field(let field)) where !sign.isPattern:
      self =
        Self.comparison(field, sign.mirrored, literal, nil, columns) ?? Self.other(expression, patterns, columns)
    default: self = Self.other(expression, patterns, columns)
    }
  }

  /// Nil for fields that need no more than the usual way.
  private static func comparison(
    _ field: TraceQLField, _ sign: TraceQLOperator, _ literal: TraceQLLiteral, _ pattern: RegularExpression?,
    _ columns: TraceQLColumns
  ) -> RowTest? {
    switch (field, literal) {
    case (.attribute(.any, let key), _), (.attribute(.span, let key), _):
      let isAny = if case .attribute(.any, _) = field { true } else { false }
      return .attribute(AttributeTest(key, sign, literal, pattern, columns.batch, looksAtResources: isAny))
    case (.intrinsic(.kind), .kind(let kind)): return .kind(kind, isEqual: sign == .equal)
    case (.intrinsic(.status), .status(let code)): return .status(code, isEqual: sign == .equal)
    case (.intrinsic(.outcome), .outcome(let outcome)): return .outcome(outcome, isEqual: sign == .equal)
    case (.intrinsic(.duration), .int), (.intrinsic(.duration), .double), (.intrinsic(.duration), .duration):
      return .duration(sign, TraceQLValue(literal))
    default: return nil
    }
  }

  /// Asked once of each entry of a table, where it depends on nothing but one.
  private static func other(
    _ expression: TraceQLExpression, _ patterns: TraceQLPatterns, _ columns: TraceQLColumns
  ) -> RowTest {
    let fields = expression.fields
    let tables = Set(fields.map(\.table))
    guard tables.count == 1, let table = tables.first, let table else {
      return .expression(expression, fields.map { BoundField(field: $0, reader: TraceQLRowField($0, columns)) })
    }
    switch table {
    case .names: return .names(columns.batch.names.map { name in expression.isTrue(patterns) { _ in .string(name) } })
    case .resources:
      return .resources(
        columns.batch.resources.map { resource in
          expression.isTrue(patterns) { $0.value(of: resource.attributes) }
        })
    case .scopes:
      return .scopes(
        columns.batch.scopes.map { scope in
          expression.isTrue(patterns) {
            switch $0 {
            case .intrinsic(.instrumentationName): .string(scope.name)
            case .intrinsic(.instrumentationVersion): .string(scope.version)
            default: $0.value(of: scope.attributes)
            }
          }
        })
    }
  }
}

private enum Table {
  case names
  case resources
  case scopes
}

extension TraceQLField {
  /// The table that it lies in; nil for what differs from row to row.
  fileprivate var table: Table? {
    switch self {
    case .intrinsic(.name): .names
    case .attribute(.resource, _): .resources
    case .attribute(.instrumentation, _), .intrinsic(.instrumentationName), .intrinsic(.instrumentationVersion): .scopes
    default: nil
    }
  }

  fileprivate func value(of attributes: [Attribute]) -> TraceQLValue {
    guard case .attribute(_, let key) = self else { return .absent }
    return attributes[key].map { TraceQLValue($0) } ?? .absent
  }
}

extension TraceQLExpression {
  fileprivate func isTrue(_ patterns: TraceQLPatterns, _ field: (TraceQLField) -> TraceQLValue) -> Bool {
    // Nothing is read that could be damaged.
    do { return try value(patterns) { (wanted) throws(CodingError) in field(wanted) }.isTrue } catch { return false }
  }
}
