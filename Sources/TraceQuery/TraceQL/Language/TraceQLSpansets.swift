/// Which spans of a set, by themselves and by where others of the set stand.
package indirect enum TraceQLSpansets: Hashable, Sendable {
  /// `{ … }`; of `{ }`, `true`.
  case filter(TraceQLExpression)
  /// `( … | … )`
  case pipeline(TraceQLPipeline)
  case combined(TraceQLSpansets, TraceQLSpansetOperator, TraceQLSpansets)
}

extension TraceQLSpansets: CustomStringConvertible {
  package var description: String { text(level: 1) }

  private func text(level: Int) -> String {
    switch self {
    case .filter(.literal(.bool(true))): return "{ }"
    case .filter(let expression): return "{ \(expression) }"
    case .pipeline(let pipeline): return "(\(pipeline))"
    case .combined(let left, let sign, let right):
      let own = sign.precedence
      let text = "\(left.text(level: own)) \(sign) \(right.text(level: own + 1))"
      return own < level ? "(\(text))" : text
    }
  }
}
