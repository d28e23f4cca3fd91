import TraceModel

/// Asks traces one after the other whether and where a query holds. Time and memory grow with a trace's spans times the
/// query's length.
package struct TraceQLMatcher: Sendable {
  private let pipeline: TraceQLPipeline
  private let patterns: TraceQLPatterns
  private let needsDetails: Bool

  /// - Throws: for a regular expression that is none. Those of a query that was read from a text are.
  package init(_ pipeline: TraceQLPipeline) throws(TraceQLError) {
    var patterns = TraceQLPatterns()
    try patterns.compile(pipeline)
    (self.pipeline, self.patterns) = (pipeline, patterns)
    needsDetails = pipeline.needsDetails
  }

  /// - Parameter batch: all spans of one trace. Those received several times count once.
  /// - Throws: for details that are damaged, or not there though the query needs them.
  package func match(_ batch: SpanBatch) throws(CodingError) -> TraceQLMatch {
    let trace = TraceQLTrace(batch)
    var walk = PipelineWalk(patterns, try TraceQLColumns(batch, trace, needsDetails: needsDetails), trace)
    let spansets = trace.rows.isEmpty ? [] : try walk.run(pipeline, on: TraceQLSpanset(trace.rows))
    return TraceQLMatch(spansets: spansets, selected: pipeline.selected)
  }
}

extension TraceQLPipeline {
  /// Each field of `select(…)`, once.
  package var selected: [TraceQLField] {
    var fields: [TraceQLField] = []
    for case .select(let more) in stages { for field in more where !fields.contains(field) { fields.append(field) } }
    return fields
  }
}
