/// The regular expressions of a query, compiled once.
struct TraceQLPatterns: Sendable {
  private var compiled: [String: RegularExpression] = [:]

  init() {}

  /// - Throws: for a pattern that is none. Those of a query that was read from a text are.
  mutating func compile(_ expression: TraceQLExpression) throws(TraceQLError) {
    switch expression {
    case .literal, .field: break
    case .and(let members), .or(let members): for member in members { try compile(member) }
    case .not(let operand), .minus(let operand): try compile(operand)
    case .binary(let left, let sign, let right):
      try compile(left)
      try compile(right)
      guard sign.isPattern, case .literal(.string(let pattern)) = right, compiled[pattern] == nil else { return }
      do { compiled[pattern] = try RegularExpression(pattern) } catch {
        throw TraceQLError(at: 1, "no regular expression: \(error)")
      }
    }
  }

  mutating func compile(_ pipeline: TraceQLPipeline) throws(TraceQLError) {
    for stage in pipeline.stages {
      switch stage {
      case .spansets(let spansets): try compile(spansets)
      case .by(let expressions): for expression in expressions { try compile(expression) }
      case .scalarFilter(let filter):
        try compile(filter.left)
        try compile(filter.right)
      case .select, .coalesce: break
      }
    }
  }

  private mutating func compile(_ spansets: TraceQLSpansets) throws(TraceQLError) {
    switch spansets {
    case .filter(let expression): try compile(expression)
    case .pipeline(let pipeline): try compile(pipeline)
    case .combined(let left, _, let right):
      try compile(left)
      try compile(right)
    }
  }

  private mutating func compile(_ scalar: TraceQLScalar) throws(TraceQLError) {
    switch scalar {
    case .literal: break
    case .aggregate(let aggregate): if let expression = aggregate.expression { try compile(expression) }
    case .binary(let left, _, let right):
      try compile(left)
      try compile(right)
    }
  }

  /// The one on the right of `=~` or `!~`.
  subscript(right: TraceQLExpression) -> RegularExpression? {
    if case .literal(.string(let pattern)) = right { compiled[pattern] } else { nil }
  }
}

extension TraceQLAggregate {
  /// Nil for `count()`.
  package var expression: TraceQLExpression? {
    switch self {
    case .count: nil
    case .avg(let expression), .max(let expression), .min(let expression), .sum(let expression): expression
    }
  }
}
