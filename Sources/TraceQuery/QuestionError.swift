/// Why something cannot be asked.
package enum QuestionError: Error, Hashable, Sendable {
  case traceQL(TraceQLError)
  case limit(Int)
  case cursor(String)
  /// Nil where there is a depth without anything to be that deep around.
  case depth(Int?)
  case share(String)
  case attributeKey(String)
  case hidden(Int)
}

extension QuestionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .traceQL(let error): "in the question, \(error)"
    case .limit(let number): "\(number) is no limit: take a number from 1 on"
    case .cursor(let text): "\"\(text)\" is no cursor that an answer gave"
    case .depth(let depth?): "\(depth) is no depth: take a number from 1 on, and a node around which it counts"
    case .depth(nil): "a depth needs a node around which it counts"
    case .share(let share): "\"\(share)\" is no share: take one such as 1% or 0.01"
    case .attributeKey(let key):
      "\(key.isEmpty ? "nothing" : "a name of \(key.utf8.count) bytes") is no resource attribute: "
        + "take one such as service.namespace"
    case .hidden(let count): "\(count) are too many nodes to hide one by one: at most \(QueryLimits.hiddenMax)"
    }
  }
}

extension QuestionError {
  /// What the part of the question is called over HTTP; on the command line it has hyphens.
  package var parameter: String {
    switch self {
    case .traceQL: "where"
    case .limit: "limit"
    case .cursor: "cursor"
    case .depth: "depth"
    case .share: "min_share"
    case .attributeKey: "group_by"
    case .hidden: "hide"
    }
  }
}
