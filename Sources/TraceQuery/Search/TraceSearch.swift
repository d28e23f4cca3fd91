import RingStore

/// A search that can be asked.
package struct TraceSearch: Hashable, Sendable {
  package let filter: SpanFilter
  package let page: PageChoice

  package init(_ filter: SpanFilter, _ page: PageChoice = .first) {
    self.filter = filter
    self.page = page
  }

  /// - Parameter text: conditions on a span, `{ … && … }` (`SpanFilter.init(traceQL:)`).
  package init(traceQL text: String, limit: Int? = nil, cursor: String? = nil) throws(QuestionError) {
    do { filter = try SpanFilter(traceQL: text) } catch { throw .traceQL(error) }
    page = try PageChoice(limit: limit, cursor: cursor)
  }
}
