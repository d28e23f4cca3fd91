import RingStore

/// A search that can be asked.
package struct TraceSearch: Hashable, Sendable {
  /// What a span of a trace has to be like, or what a span that the question needs is like at the least.
  let needle: SearchNeedle
  /// Nil where the needle says it all.
  let pipeline: TraceQLPipeline?
  package let page: PageChoice
  /// How many spans are told of each set that a trace is found by; with 0, sets are not told at all.
  package let spansMax: Int

  package init(_ filter: SpanFilter, _ page: PageChoice = .first) {
    needle = SearchNeedle(filter)
    pipeline = nil
    self.page = page
    spansMax = 0
  }

  /// A search for those who know no TraceQL.
  package init(_ traits: SpanTraits, _ page: PageChoice = .first) {
    self.init(traits.filter, page)
  }

  /// - Parameters:
  ///   - text: any question in TraceQL that ends in no figures over time.
  ///   - spansMax: above `QueryLimits.matchedSpansMax` it counts as that.
  package init(
    traceQL text: String, limit: Int? = nil, cursor: String? = nil, spansMax: Int = 0
  ) throws(QuestionError) {
    try self.init(traceQL: text, try PageChoice(limit: limit, cursor: cursor), spansMax: spansMax)
  }

  package init(traceQL text: String, _ page: PageChoice, spansMax: Int = 0) throws(QuestionError) {
    let query: TraceQLQuery
    do { query = try TraceQLQuery(text) } catch { throw .traceQL(error) }
    guard query.metrics == nil else { throw .withMetrics }
    needle = SearchNeedle(query.pipeline)
    pipeline = query.pipeline
    self.page = page
    self.spansMax = min(max(0, spansMax), QueryLimits.matchedSpansMax)
  }

  /// Whether it is not enough that a trace has the span that was found.
  var needsTraces: Bool { pipeline != nil && (needle.predicate == nil || spansMax > 0) }
}
