import TraceModel

/// A condition that can be asked of spans, its regular expressions compiled.
package struct TraceQLCondition: Sendable {
  package let expression: TraceQLExpression
  private let patterns: TraceQLPatterns

  /// - Throws: for a regular expression that is none. Those of a query that was read from a text are.
  package init(_ expression: TraceQLExpression) throws(TraceQLError) {
    var patterns = TraceQLPatterns()
    try patterns.compile(expression)
    self.init(expression, patterns)
  }

  init(_ expression: TraceQLExpression, _ patterns: TraceQLPatterns) {
    (self.expression, self.patterns) = (expression, patterns)
  }

  /// Looks up what can be known of the batch's tables before its rows are gone through.
  /// - Parameter trace: of the batch, where it is all spans of one; without it, what depends on other spans is absent.
  /// - Throws: where the batch was read without details and they are needed.
  package func bound(
    to batch: SpanBatch, _ trace: TraceQLTrace? = nil
  ) throws(CodingError) -> TraceQLRowCondition {
    TraceQLRowCondition(
      expression, patterns, try TraceQLColumns(batch, trace, needsDetails: expression.needsDetails))
  }
}
