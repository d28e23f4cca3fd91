/// Why something cannot be asked.
package enum QuestionError: Error, Hashable, Sendable {
  case traceQL(TraceQLError)
  case limit(Int)
  case cursor(String)
}

extension QuestionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .traceQL(let error): "in the question, \(error)"
    case .limit(let number): "\(number) is no limit: take a number from 1 on"
    case .cursor(let text): "\"\(text)\" is no cursor that an answer gave"
    }
  }
}
