/// What stands between two `|`.
package enum TraceQLStage: Hashable, Sendable {
  /// `{ … }`, and several of them related to each other.
  case spansets(TraceQLSpansets)
  /// `count() > 2`: keeps the sets for which it holds.
  case scalarFilter(TraceQLScalarFilter)
  /// `by(…)`: divides each set by the values of one or several expressions.
  case by([TraceQLExpression])
  /// `select(…)`: what is wanted of each span beside the usual. It drops none.
  case select([TraceQLField])
  /// `coalesce()`: one set again.
  case coalesce
}

extension TraceQLStage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .spansets(let spansets): spansets.description
    case .scalarFilter(let filter): filter.description
    case .by(let expressions): "by(\(expressions.map(\.description).joined(separator: ", ")))"
    case .select(let fields): "select(\(fields.map(\.description).joined(separator: ", ")))"
    case .coalesce: "coalesce()"
    }
  }
}
