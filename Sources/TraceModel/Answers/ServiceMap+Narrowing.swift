extension ServiceMap {
  /// What a map was narrowed down to and what that leaves out, so that nobody takes a part for the whole.
  package struct Narrowing: Hashable, Sendable {
    /// The one trace whose spans the map shows.
    package var trace: TraceID?
    /// In TraceQL: the map shows only traces that have such a span.
    package var question: String?
    /// How many traces those are; nil without a question.
    package var traces: UInt64?
    /// Whether more traces match; those that were left out arrived before the others.
    package var hasMoreTraces = false
    /// The resource attribute by which services were put together.
    package var groupedBy: String?
    /// The node around which the map was cut out, as it was asked for, and how many calls from it.
    package var around: String?
    package var depth: Int?
    /// Edges with a smaller share of all calls are left out.
    package var shareMin: Double?
    /// Nodes and kinds that were not wanted, as they were asked for.
    package var hidden: [String] = []
    /// Of the map before it was cut.
    package var nodesLeftOut: UInt64 = 0
    package var edgesLeftOut: UInt64 = 0

    package init() {}

    package var isNothing: Bool { self == Narrowing() }
  }
}
