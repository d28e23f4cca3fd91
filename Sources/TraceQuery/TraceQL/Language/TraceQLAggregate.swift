/// A figure of a set of spans. Spans without the value are passed over; where none has it, there is no figure.
package enum TraceQLAggregate: Hashable, Sendable {
  case count
  case avg(TraceQLExpression)
  case max(TraceQLExpression)
  case min(TraceQLExpression)
  case sum(TraceQLExpression)
}

extension TraceQLAggregate: CustomStringConvertible {
  package var description: String {
    switch self {
    case .count: "count()"
    case .avg(let expression): "avg(\(expression))"
    case .max(let expression): "max(\(expression))"
    case .min(let expression): "min(\(expression))"
    case .sum(let expression): "sum(\(expression))"
    }
  }
}
