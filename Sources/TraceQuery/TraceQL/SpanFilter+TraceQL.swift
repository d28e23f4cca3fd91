import RingStore
import TraceModel

extension SpanFilter {
  /// Reads `{ … && … }`: conditions on name, kind, status, outcome, duration and attributes, as far as a `SpanFilter` can say
  /// them exactly. At most `QueryLimits.questionBytesMax` bytes; what TraceQL has beyond that says that it is not supported
  /// here, and where it stands.
  package init(traceQL text: String) throws(TraceQLError) {
    var parser = try TraceQLParser(text)
    let query = try parser.query()
    guard query.metrics == nil, query.pipeline.stages.count == 1,
      case .spansets(let spansets) = query.pipeline.stages[0]
    else { throw Self.unsupported("a pipeline (|)", at: parser.pipePosition ?? 1) }
    guard case .filter(let expression) = spansets else {
      throw Self.unsupported("several { } at once", at: parser.spansetOperatorPosition ?? 1)
    }
    self.init()
    if expression == .literal(.bool(true)) { return }
    for part in expression.conjuncts {
      guard let condition = Condition(part) else {
        throw Self.unsupported(part.shown, at: parser.places[part] ?? 1)
      }
      conditions.append(condition)
    }
  }

  private static func unsupported(_ what: String, at position: Int) -> TraceQLError {
    TraceQLError(
      at: position,
      "\(what) is not supported here: there are conditions joined with && in one pair of braces, with = on name, kind, "
        + "status, outcome and attributes, != nil on attributes, and =, <, <=, > and >= on duration")
  }
}

extension SpanFilter.Scope {
  fileprivate init?(_ scope: TraceQLField.Scope) {
    switch scope {
    case .any: self = .any
    case .span: self = .span
    case .resource: self = .resource
    default: return nil
    }
  }
}

extension SpanFilter.Condition {
  /// Nil unless the condition says exactly what the expression says.
  init?(_ expression: TraceQLExpression) {
    switch expression {
    case .binary(.field(let field), let sign, .literal(let literal)): self.init(field, sign, literal)
    case .binary(.literal(let literal), let sign, .field(let field)): self.init(field, sign.mirrored, literal)
    default: return nil
    }
  }

  private init?(_ field: TraceQLField, _ sign: TraceQLOperator, _ literal: TraceQLLiteral) {
    switch (field, sign, literal) {
    case (.intrinsic(.name), .equal, .string(let name)): self = .spanName(name)
    case (.intrinsic(.kind), .equal, .kind(let kind)): self = .kind(kind)
    case (.intrinsic(.status), .equal, .status(let code)): self = .status(code)
    case (.intrinsic(.outcome), .equal, .outcome(let outcome)): self = .outcome(outcome)
    case (.intrinsic(.duration), _, .duration(let bound)), (.intrinsic(.duration), _, .int(let bound)):
      guard let range = Self.durations(sign, bound) else { return nil }
      self = .duration(range)
    case (.attribute(let scope, let key), _, _):
      guard let scope = SpanFilter.Scope(scope), let condition = Self.attribute(scope, key, sign, literal) else {
        return nil
      }
      self = condition
    default: return nil
    }
  }

  private static func attribute(
    _ scope: SpanFilter.Scope, _ key: String, _ sign: TraceQLOperator, _ literal: TraceQLLiteral
  ) -> SpanFilter.Condition? {
    if sign == .notEqual, literal == .nil { return .hasAttribute(scope, key) }
    guard sign == .equal else { return nil }
    switch (scope, key, literal) {
    case (.resource, SemanticAttributes.serviceName, .string(let name)): return .service(name)
    case (.resource, SemanticAttributes.serviceNamespace, .string(let name)): return .serviceNamespace(name)
    case (_, _, .string(let text)): return .attribute(scope, key, equals: .string(text))
    case (_, _, .bool(let flag)): return .attribute(scope, key, equals: .bool(flag))
    case (_, _, .int(let number)): return .attribute(scope, key, equals: .int(number))
    case (_, _, .double(let number)): return .attribute(scope, key, equals: .double(number))
    // As integers, nanoseconds.
    case (_, _, .duration(let nanoseconds)): return .attribute(scope, key, equals: .int(nanoseconds))
    default: return nil
    }
  }

  /// Nil where no span, or another range than one, is meant.
  private static func durations(_ sign: TraceQLOperator, _ bound: Int64) -> ClosedRange<TraceModel.Duration>? {
    let most = Duration(nanoseconds: .max)
    guard let length = UInt64(exactly: bound) else {
      return sign == .greater || sign == .greaterOrEqual ? .zero...most : nil
    }
    let exact = Duration(nanoseconds: length)
    switch sign {
    case .equal: return exact...exact
    case .greaterOrEqual: return exact...most
    case .lessOrEqual: return .zero...exact
    case .greater: return Duration(nanoseconds: length + 1)...most
    case .less: return length == 0 ? nil : .zero...Duration(nanoseconds: length - 1)
    default: return nil
    }
  }
}
