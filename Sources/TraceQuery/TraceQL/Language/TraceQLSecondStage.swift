/// What is done to series.
package enum TraceQLSecondStage: Hashable, Sendable {
  /// Of each step, the so many series with the highest figures. At least 1.
  case topk(Int)
  case bottomk(Int)
  /// Drops figures for which it does not hold. A duration counts in seconds.
  case comparison(TraceQLOperator, TraceQLLiteral)
}

extension TraceQLSecondStage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .topk(let count): "topk(\(count))"
    case .bottomk(let count): "bottomk(\(count))"
    case .comparison(let sign, let literal): "\(sign) \(literal)"
    }
  }

  var isComparison: Bool { if case .comparison = self { true } else { false } }
}
