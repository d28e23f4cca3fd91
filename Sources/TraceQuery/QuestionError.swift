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
  /// A question about traces where one about figures is meant.
  case withoutMetrics
  /// One about figures where one about traces is meant.
  case withMetrics
  /// More columns than `QueryLimits.metricsColumnsMax`, or none.
  case columns(Int)
  case step
  /// A question about several spans of a trace where one span is to be told from others.
  case severalSpans
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
    case .withoutMetrics:
      "the question asks for traces: end it in a function such as | rate() or | quantile_over_time(duration, .99), "
        + "or ask \"search\""
    case .withMetrics: "the question asks for figures over time, which \"query\" answers"
    case .columns(0): "the window is empty: it has to end after it begins"
    case .columns(let count):
      "\(count) steps are too many, at most \(QueryLimits.metricsColumnsMax): take a longer step or a smaller window"
    case .severalSpans:
      "the question is about more than one span at once: a map takes conditions on one, { … }; \"search\" takes any"
    case .step: "a step has to be longer than nothing"
    case .hidden(let count): "\(count) are too many nodes to hide one by one: at most \(QueryLimits.hiddenMax)"
    }
  }
}

extension QuestionError {
  /// What the part of the question is called over HTTP; on the command line it has hyphens.
  package var parameter: String {
    switch self {
    case .traceQL, .severalSpans: "where"
    case .limit: "limit"
    case .cursor: "cursor"
    case .depth: "depth"
    case .share: "min_share"
    case .attributeKey: "group_by"
    case .hidden: "hide"
    case .withoutMetrics, .withMetrics: "q"
    case .columns, .step: "step"
    }
  }
}
