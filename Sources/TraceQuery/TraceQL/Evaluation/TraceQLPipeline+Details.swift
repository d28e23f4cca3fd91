extension TraceQLPipeline {
  /// Whether it needs batches with details.
  package var needsDetails: Bool {
    stages.contains { stage in
      switch stage {
      case .spansets(let spansets): spansets.needsDetails
      case .by(let expressions): expressions.contains(where: \.needsDetails)
      case .scalarFilter(let filter): filter.left.needsDetails || filter.right.needsDetails
      case .select, .coalesce: false
      }
    }
  }
}

extension TraceQLSpansets {
  fileprivate var needsDetails: Bool {
    switch self {
    case .filter(let expression): expression.needsDetails
    case .pipeline(let pipeline): pipeline.needsDetails
    case .combined(let left, _, let right): left.needsDetails || right.needsDetails
    }
  }
}

extension TraceQLScalar {
  fileprivate var needsDetails: Bool {
    switch self {
    case .literal: false
    case .aggregate(let aggregate): aggregate.expression?.needsDetails ?? false
    case .binary(let left, _, let right): left.needsDetails || right.needsDetails
    }
  }
}
