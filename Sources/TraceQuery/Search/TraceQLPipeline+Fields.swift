extension TraceQLPipeline {
  /// The fields that it names, each once and in its order.
  var namedFields: [TraceQLField] {
    var found: [TraceQLField] = []
    visit { if !found.contains($0) { found.append($0) } }
    return found
  }

  private func visit(_ body: (TraceQLField) -> Void) {
    for stage in stages {
      switch stage {
      case .spansets(let spansets): Self.visit(spansets, body)
      case .scalarFilter(let filter):
        Self.visit(filter.left, body)
        Self.visit(filter.right, body)
      case .by(let expressions): for field in expressions.flatMap(\.fields) { body(field) }
      case .select(let fields): for field in fields { body(field) }
      case .coalesce: break
      }
    }
  }

  private static func visit(_ spansets: TraceQLSpansets, _ body: (TraceQLField) -> Void) {
    switch spansets {
    case .filter(let expression): for field in expression.fields { body(field) }
    case .pipeline(let pipeline): pipeline.visit(body)
    case .combined(let left, _, let right):
      visit(left, body)
      visit(right, body)
    }
  }

  private static func visit(_ scalar: TraceQLScalar, _ body: (TraceQLField) -> Void) {
    switch scalar {
    case .literal, .aggregate(.count): break
    case .aggregate(.avg(let expression)), .aggregate(.max(let expression)), .aggregate(.min(let expression)),
      .aggregate(.sum(let expression)):
      for field in expression.fields { body(field) }
    case .binary(let left, _, let right):
      visit(left, body)
      visit(right, body)
    }
  }
}
