import RingStore
import TraceModel

extension TraceQueries {
  /// The traces for which the search's question holds, by a span that ended in the window, newest arrival first; at most
  /// `QueryLimits.searchTracesMax`, with a cursor where there may be more. Where `cut` says that the time was up, there may be more
  /// although fewer than the limit were found.
  ///
  /// Each trace is found once a page; one whose matching spans arrived far apart may be found again behind the cursor. Of
  /// questions about several spans of a trace, the last that is named has to end in the window.
  /// - Parameters:
  ///   - isTimeUp: asked between blocks and traces; true ends the search with what it has found, and a cursor.
  ///   - progress: told now and then which share of the ring, from 0 to 1, has been gone through.
  package func search(
    _ question: TraceSearch, _ window: TimeWindow, isTimeUp: () -> Bool = { false },
    progress: (Double) -> Void = { _ in }
  ) throws(QueryError) -> Answer<TraceList> {
    let snapshot = try takeSnapshot()
    var run: SearchRun
    do {
      run = try SearchRun(question, snapshot)
      try run.go(window, isTimeUp: isTimeUp, isAbandoned: isAbandoned, progress: progress)
    } catch let error as RingError {
      throw .ring(error)
    } catch let error as QueryError {
      throw error
    } catch {
      throw .unreadable("\(error)")
    }
    return Answer(
      value: run.list, missingBlocks: run.missingBlocks + snapshot.damage.count { $0.losesSpans },
      retention: snapshot.retention)
  }
}

/// A search under way: looks for spans, and at the trace of each.
private struct SearchRun {
  private let question: TraceSearch
  private let snapshot: RingSnapshot
  private let limit: Int
  private let check: RowCheck?
  private let examination: TraceExamination?
  private(set) var list = TraceList()
  private(set) var missingBlocks = 0
  /// How many spans more may be told of.
  private var spansLeft = QueryLimits.toldSpansMax
  /// Traces that have been looked at.
  private var known: Set<TraceID> = []

  init(_ question: TraceSearch, _ snapshot: RingSnapshot) throws(TraceQLError) {
    self.question = question
    self.snapshot = snapshot
    check = try question.needle.check()
    examination =
      try question.needsTraces
      ? question.pipeline.map { (pipeline) throws(TraceQLError) in
        try TraceExamination(pipeline, spansMax: question.spansMax)
      } : nil
    limit = min(question.page.limit ?? QueryLimits.searchTracesDefault, QueryLimits.searchTracesMax)
  }

  mutating func go(
    _ window: TimeWindow, isTimeUp: () -> Bool, isAbandoned: () -> Bool, progress: (Double) -> Void
  ) throws {
    if let id = question.needle.traceID { return try look(at: id, window) }
    var next = question.page.cursor
    repeat {
      let page = try snapshot.search(
        question.needle.filter, window: window, limit: QueryLimits.searchPageSpans, after: next,
        isAbandoned: { isTimeUp() || isAbandoned() }, check: check, progress: progress)
      if isAbandoned() { throw QueryError.abandoned }
      missingBlocks += page.isPartial ? max(1, page.damage.count { $0.losesSpans }) : 0
      for match in page.matches where !known.contains(match.traceID) {
        if list.traces.count >= limit { return end(.limit, match.cursor) }
        if isAbandoned() { throw QueryError.abandoned }
        if isTimeUp() { return end(.time, match.cursor) }
        known.insert(match.traceID)
        if let summary = try summary(of: match.traceID) { list.traces.append(summary) }
      }
      next = page.next
      if page.isCut { return end(.time, next) }
    } while next != nil
  }

  private mutating func end(_ cut: AnswerCut, _ cursor: SpanCursor?) {
    (list.cut, list.cursor) = (cut, cursor?.description)
  }

  /// The only trace that can be meant.
  private mutating func look(at id: TraceID, _ window: TimeWindow) throws {
    guard question.page.cursor == nil else { return }
    let found = try snapshot.spans(of: id, limit: QueryLimits.summarySpansMax, hasDetails: false)
    guard found.batch.ends.contains(where: window.contains) else { return }
    if let summary = try summary(of: id) { list.traces.append(summary) }
  }

  /// Nil if the question does not hold for the trace.
  private mutating func summary(of id: TraceID) throws -> TraceSummary? {
    let found = try snapshot.spans(
      of: id, limit: QueryLimits.summarySpansMax, hasDetails: examination?.needsDetails ?? false)
    if found.isPartial || found.next != nil { missingBlocks += 1 }
    guard let examination else { return TraceSummary(id, found.batch) }
    var sets = try examination.spanSets(of: found.batch)
    guard !sets.isEmpty, var summary = TraceSummary(id, found.batch) else { return nil }
    for number in sets.indices {
      sets[number].spans.removeLast(max(0, sets[number].spans.count - spansLeft))
      spansLeft -= sets[number].spans.count
    }
    summary.spanSets = sets
    return summary
  }
}
