import RingStore
import TraceModel

/// A filter that holds for every span for which something in TraceQL does, and perhaps for more: what a search through the
/// ring can skip blocks by.
struct SpanApproximation: Hashable {
  private(set) var filter = SpanFilter()
  /// Whether it holds for no other span.
  private(set) var isExact: Bool

  /// What is known to be needed, and no more.
  init(_ filter: SpanFilter) {
    self.init(filter.conditions)
  }

  /// Holds for all spans.
  private static let unknown = SpanApproximation(isExact: false)
  private static let none = SpanApproximation([.anyOf([])])

  private init(isExact: Bool) {
    self.isExact = isExact
  }

  private init(_ conditions: [SpanFilter.Condition], isExact: Bool = true) {
    filter = SpanFilter(conditions)
    self.isExact = isExact
  }

  init(_ expression: TraceQLExpression) {
    self =
      switch expression {
      case .and(let members): Self.all(members.map(Self.init))
      case .or(let members): Self.any(members.map(Self.init))
      case .not(let operand): Self(operand).negated
      case .literal(.bool(let flag)): flag ? SpanApproximation(isExact: true) : .none
      case .binary(.field(let field), let sign, .literal(let literal)): Self.comparison(field, sign, literal)
      case .binary(.literal(let literal), let sign, .field(let field)) where sign.isComparison && !sign.isPattern:
        Self.comparison(field, sign.mirrored, literal)
      default: .unknown
      }
  }

  static func all(_ parts: [SpanApproximation]) -> SpanApproximation {
    SpanApproximation(parts.flatMap(\.filter.conditions), isExact: parts.allSatisfy(\.isExact))
  }

  static func any(_ parts: [SpanApproximation]) -> SpanApproximation {
    if let all = parts.first(where: \.filter.conditions.isEmpty) { return all }
    return SpanApproximation([.anyOf(parts.map(\.filter))], isExact: parts.allSatisfy(\.isExact))
  }

  private var negated: SpanApproximation { isExact ? SpanApproximation([.not(filter)]) : .unknown }

  /// How few spans it can be expected to hold for: more is fewer.
  var selectivity: Int { filter.selectivity }
}

extension SpanFilter {
  fileprivate var selectivity: Int { conditions.reduce(0) { $0 + $1.selectivity } }
}

extension SpanFilter.Condition {
  fileprivate var selectivity: Int {
    switch self {
    case .attribute: 16
    case .spanName, .outcome(.error), .outcome(.throttle), .outcome(.fault), .status(.error): 8
    case .service, .name, .attributeValue, .duration: 4
    case .serviceNamespace, .kind, .hasAttribute, .start, .end: 2
    case .status, .outcome: 1
    case .not: 1
    case .anyOf(let filters): filters.map(\.selectivity).min() ?? 1000
    }
  }
}

// MARK: - Comparisons

extension SpanApproximation {
  private static func comparison(
    _ field: TraceQLField, _ sign: TraceQLOperator, _ literal: TraceQLLiteral
  ) -> SpanApproximation {
    switch field {
    case .intrinsic(let intrinsic): comparison(intrinsic, sign, literal)
    case .attribute(.any, let key): comparison(.any, key, sign, literal)
    case .attribute(.span, let key): comparison(.span, key, sign, literal)
    case .attribute(.resource, let key): comparison(.resource, key, sign, literal)
    case .attribute: .unknown
    }
  }

  private static func comparison(
    _ intrinsic: TraceQLIntrinsic, _ sign: TraceQLOperator, _ literal: TraceQLLiteral
  ) -> SpanApproximation {
    switch (intrinsic, literal) {
    case (.name, .string(let text)) where sign == .equal || sign == .notEqual:
      equality(.spanName(text), sign)
    case (.name, .string):
      ValueTest(sign, literal).map { SpanApproximation([.name($0)]) } ?? .unknown
    case (.status, .status(let code)): equality(.status(code), sign)
    case (.kind, .kind(let kind)): equality(.kind(kind), sign)
    case (.outcome, .outcome(let outcome)): equality(.outcome(outcome), sign)
    case (.duration, .duration(let bound)), (.duration, .int(let bound)): durations(sign, bound)
    default: .unknown
    }
  }

  private static func equality(_ condition: SpanFilter.Condition, _ sign: TraceQLOperator) -> SpanApproximation {
    switch sign {
    case .equal: SpanApproximation([condition])
    case .notEqual: SpanApproximation([.not(SpanFilter([condition]))])
    default: .unknown
    }
  }

  private static func durations(_ sign: TraceQLOperator, _ bound: Int64) -> SpanApproximation {
    func range(_ least: Int64, _ most: UInt64) -> SpanApproximation {
      guard most >= UInt64(clamping: least) else { return .none }
      return SpanApproximation([.duration(Duration(nanoseconds: UInt64(clamping: least))...Duration(nanoseconds: most))]
      )
    }
    let (before, isLowest) = bound.subtractingReportingOverflow(1)
    return switch sign {
    case .equal: bound < 0 ? .none : range(bound, UInt64(bound))
    case .notEqual: bound < 0 ? SpanApproximation(isExact: true) : range(bound, UInt64(bound)).negated
    case .greaterOrEqual: range(bound, .max)
    case .greater: bound == .max ? .unknown : range(bound + 1, .max)
    case .lessOrEqual: bound < 0 ? .none : range(0, UInt64(bound))
    case .less: isLowest || before < 0 ? .none : range(0, UInt64(before))
    default: .unknown
    }
  }

  private static func comparison(
    _ scope: SpanFilter.Scope, _ key: String, _ sign: TraceQLOperator, _ literal: TraceQLLiteral
  ) -> SpanApproximation {
    switch (sign, literal) {
    case (.equal, .nil): return SpanApproximation([.not(SpanFilter([.hasAttribute(scope, key)]))])
    case (.notEqual, .nil): return SpanApproximation([.hasAttribute(scope, key)])
    case (.equal, .string(let text)):
      switch (scope, key) {
      case (.resource, SemanticAttributes.serviceName): return SpanApproximation([.service(text)])
      case (.resource, SemanticAttributes.serviceNamespace): return SpanApproximation([.serviceNamespace(text)])
      default: return SpanApproximation([.attribute(scope, key, equals: .string(text))])
      }
    case (.equal, .int(let number)): return SpanApproximation([.attribute(scope, key, equals: .int(number))])
    case (.equal, .double(let number)): return SpanApproximation([.attribute(scope, key, equals: .double(number))])
    // As an integer, nanoseconds.
    case (.equal, .duration(let number)): return SpanApproximation([.attribute(scope, key, equals: .int(number))])
    case (.equal, .bool(let flag)): return SpanApproximation([.attribute(scope, key, equals: .bool(flag))])
    default:
      guard let test = ValueTest(sign, literal) else { return .unknown }
      return SpanApproximation([.attributeValue(scope, key, test)])
    }
  }
}

extension ValueTest {
  /// What a comparison with a literal asks of a value; nil for what it asks of none.
  fileprivate init?(_ sign: TraceQLOperator, _ literal: TraceQLLiteral) {
    guard sign.isComparison, literal != .nil else { return nil }
    let wanted = TraceQLValue(literal)
    guard case .string(let text) = literal else {
      self.init("\(sign) \(literal)", text: { _ in false }, other: { TraceQLValue($0).holds(sign, wanted) })
      return
    }
    let pattern: RegularExpression?
    // One that cannot be read was refused with the question.
    do { pattern = sign.isPattern ? try RegularExpression(text) : nil } catch { return nil }
    let bytes = Array(text.utf8)[...]
    self.init("\(sign) \(literal)") { found in
      switch sign {
      case .equal: found == bytes
      case .notEqual: found != bytes
      case .matches: pattern?.matches(found) ?? false
      case .matchesNot: pattern.map { !$0.matches(found) } ?? false
      case .less: found.lexicographicallyPrecedes(bytes)
      case .lessOrEqual: !bytes.lexicographicallyPrecedes(found)
      case .greater: bytes.lexicographicallyPrecedes(found)
      default: !found.lexicographicallyPrecedes(bytes)
      }
    } other: {
      TraceQLValue($0).holds(sign, wanted, pattern)
    }
  }
}
