/// What stands between two `{ }`.
package enum TraceQLSpansetOperator: Hashable, Sendable {
  /// `&&`: the spans of both, if neither is empty.
  case and
  /// `||`: the spans of both.
  case or
  /// Spans on the right that stand so to some span on the left.
  case relation(Relation, Form = .plain)

  /// How a span on the right stands to one on the left.
  package enum Relation: String, Hashable, Sendable, CaseIterable {
    case child = ">"
    case descendant = ">>"
    case parent = "<"
    case ancestor = "<<"
    /// Another child of the same parent.
    case sibling = "~"
  }

  package enum Form: String, Hashable, Sendable, CaseIterable {
    case plain = ""
    /// Those that stand so to no span on the left.
    case negated = "!"
    /// With the spans on the left that they stand so to.
    case union = "&"
  }
}

extension TraceQLSpansetOperator: CustomStringConvertible {
  package var description: String {
    switch self {
    case .and: "&&"
    case .or: "||"
    case .relation(let relation, let form): form.rawValue + relation.rawValue
    }
  }

  static let all: [TraceQLSpansetOperator] =
    [.and, .or] + Relation.allCases.flatMap { relation in Form.allCases.map { .relation(relation, $0) } }

  init?(_ sign: String) {
    guard let known = Self.all.first(where: { $0.description == sign }) else { return nil }
    self = known
  }

  /// As in Tempo, `&&` and `||` bind alike, from left to right, and less than all others.
  var precedence: Int {
    switch self {
    case .and, .or: 1
    case .relation: 2
    }
  }
}
