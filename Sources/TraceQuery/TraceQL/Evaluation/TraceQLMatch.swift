/// What a query finds in one trace.
package struct TraceQLMatch: Hashable, Sendable {
  /// None of them empty; of a trace that does not match, none.
  package var spansets: [TraceQLSpanset]
  /// What the query wants of each span beside the usual, to be read with `TraceQLRowField`.
  package var selected: [TraceQLField]

  package var isEmpty: Bool { spansets.isEmpty }
}
