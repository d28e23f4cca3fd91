/// One `name=value` of `with(…)`.
package struct TraceQLHint: Hashable, Sendable {
  package var name: String
  package var value: TraceQLLiteral

  package init(_ name: String, _ value: TraceQLLiteral) {
    self.name = name
    self.value = value
  }
}

extension TraceQLHint: CustomStringConvertible {
  package var description: String { "\(name)=\(value)" }
}
