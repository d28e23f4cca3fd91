extension TraceQLQuery {
  /// Reads a query of at most `QueryLimits.questionBytesMax` bytes.
  /// - Throws: where it is none, with the place, what was expected there and what is nearest to it; also for what could hold
  ///   for no span, such as `{ duration = "x" }`.
  package init(_ text: String) throws(TraceQLError) {
    var parser = try TraceQLParser(text)
    self = try parser.query()
  }
}
