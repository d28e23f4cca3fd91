import RingStore
import TraceModel

extension TraceQueries {
  /// The traces that have a span for which the search's filter holds and which ended in the window, newest arrival first;
  /// at most `QueryLimits.searchTracesMax`, with a cursor where there may be more.
  ///
  /// A trace whose matching spans arrived far apart may be found again behind the cursor.
  /// - Parameter isTimeUp: asked between blocks; true ends the search with what it has found, and a cursor.
  package func search(
    _ question: TraceSearch, _ window: TimeWindow, isTimeUp: () -> Bool = { false }
  ) throws(QueryError) -> Answer<TraceList> {
    let snapshot = try takeSnapshot()
    let limit = min(question.page.limit ?? QueryLimits.searchTracesDefault, QueryLimits.searchTracesMax)
    var search = TraceCollection(limit: limit, next: question.page.cursor)
    do {
      repeat {
        let page = try snapshot.search(
          question.filter, window: window, limit: QueryLimits.searchPageSpans, after: search.next,
          isAbandoned: { isTimeUp() || isAbandoned() })
        search.take(page)
      } while search.wantsMore
      if isAbandoned() { throw QueryError.abandoned }
      return try answer(search, snapshot)
    } catch let error as RingError {
      throw .ring(error)
    } catch {
      throw .abandoned
    }
  }

  /// `search`, as it was called before.
  package func traces(
    _ question: TraceSearch, _ window: TimeWindow, isTimeUp: () -> Bool = { false }
  ) throws(QueryError) -> Answer<TraceList> {
    try search(question, window, isTimeUp: isTimeUp)
  }

  private func answer(
    _ search: TraceCollection, _ snapshot: RingSnapshot
  ) throws(RingError) -> Answer<TraceList> {
    var list = TraceList(cursor: search.next?.description)
    var missingBlocks = search.missingBlocks + snapshot.damage.count { $0.losesSpans }
    for id in search.ids {
      let found = try snapshot.spans(of: id, limit: QueryLimits.summarySpansMax, hasDetails: false)
      if found.isPartial || found.next != nil { missingBlocks += 1 }
      if let summary = TraceSummary(id, found.batch) { list.traces.append(summary) }
    }
    return Answer(value: list, missingBlocks: missingBlocks, retention: snapshot.retention)
  }
}

/// The traces of the spans that a search finds, each once.
private struct TraceCollection {
  let limit: Int
  private(set) var ids: [TraceID] = []
  /// Where the search goes on.
  private(set) var next: SpanCursor?
  private(set) var missingBlocks = 0
  private var known: Set<TraceID> = []
  private var isOver = false

  init(limit: Int, next: SpanCursor?) {
    self.limit = limit
    self.next = next
  }

  var wantsMore: Bool { !isOver }

  mutating func take(_ page: SearchPage) {
    next = page.next
    isOver = page.isCut || page.next == nil
    missingBlocks += page.isPartial ? max(1, page.damage.count { $0.losesSpans }) : 0
    for match in page.matches where !known.contains(match.traceID) {
      guard ids.count < limit else {
        (next, isOver) = (match.cursor, true)
        return
      }
      ids.append(match.traceID)
      known.insert(match.traceID)
    }
  }
}
