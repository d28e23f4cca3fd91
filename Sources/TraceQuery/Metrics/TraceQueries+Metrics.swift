import RingStore
import TraceModel

extension TraceQueries {
  /// Figures of the spans that a question leaves and that started in the columns. Spans that end before they start are left
  /// out, and a span that was received twice counts twice unless the question is about whole traces.
  ///
  /// Where the time is up, the newest spans have been counted, and the answer says that it was cut.
  /// - Parameters:
  ///   - isTimeUp: asked between blocks and traces.
  ///   - progress: told now and then which share of the ring, from 0 to 1, has been gone through.
  package func metrics(
    _ question: MetricsQuestion, _ columns: SpanMetrics.Columns, isTimeUp: @escaping () -> Bool = { false },
    progress: (Double) -> Void = { _ in }
  ) throws(QueryError) -> Answer<SpanMetrics> {
    let snapshot = try takeSnapshot()
    let run: MetricsRun
    let found: SpanMetrics
    do {
      run = try MetricsRun(question, columns, snapshot)
      found = try run.answer(isTimeUp: isTimeUp, isAbandoned: isAbandoned, progress)
    } catch let error as RingError {
      throw .ring(error)
    } catch let error as QueryError {
      throw error
    } catch {
      throw .unreadable("\(error)")
    }
    return Answer(
      value: found, missingBlocks: run.missingBlocks + snapshot.damage.count { $0.losesSpans },
      retention: snapshot.retention)
  }

  /// Columns over a window; one that is open reaches as far as what the ring holds, and is never moved: what begins after the
  /// newest span is a column in which nothing started.
  /// - Parameter step: nil for a round one that makes `QueryLimits.metricsColumnsUsual` columns or less.
  package func metricsColumns(
    _ window: TimeWindow, step: TraceModel.Duration?
  ) throws -> SpanMetrics.Columns {
    let snapshot = try takeSnapshot()
    let retention = snapshot.retention
    let least = Duration(nanoseconds: 1)
    let latest = retention.latestEnd ?? Timestamp(unixSeconds: 1)
    let to = window.to ?? max(latest, window.from ?? latest) + least
    let earliest = snapshot.earliestStart ?? retention.earliestEnd ?? Timestamp(unixNanoseconds: 0)
    return try SpanMetrics.Columns(from: window.from ?? min(earliest, to - least), to: to, step: step)
  }
}

/// One question about figures under way. A class, since what visits blocks has to be able to keep it.
private final class MetricsRun {
  private let question: MetricsQuestion
  private let columns: SpanMetrics.Columns
  private let snapshot: RingSnapshot
  private let needle: SearchNeedle
  private let check: RowCheck?
  /// Of `compare`.
  private let selection: TraceQLCondition?
  private var fold: MetricsFold
  private var comparisonFold: ComparisonFold?
  private(set) var missingBlocks = 0

  init(
    _ question: MetricsQuestion, _ columns: SpanMetrics.Columns, _ snapshot: RingSnapshot
  ) throws(TraceQLError) {
    self.question = question
    self.columns = columns
    self.snapshot = snapshot
    needle = SearchNeedle(question.query.pipeline)
    check = try needle.check()
    if case .compare(let comparison) = question.metrics.function {
      selection = try TraceQLCondition(comparison.selection)
      comparisonFold = ComparisonFold(comparison, columns)
    } else {
      selection = nil
    }
    fold = MetricsFold(question, columns)
  }

  func answer(
    isTimeUp: @escaping () -> Bool, isAbandoned: @escaping @Sendable () -> Bool, _ progress: (Double) -> Void
  ) throws -> SpanMetrics {
    let end = columns.start(of: columns.count)
    var filter = needle.filter
    filter.conditions.append(.start(columns.from...max(columns.from, end - Duration(nanoseconds: 1))))
    // What starts in the columns ends behind their beginning.
    let window = TimeWindow(from: columns.from)
    let isCut =
      needle.predicate != nil && !needsTraces
      ? try visitSpans(filter, window, { isTimeUp() || isAbandoned() }, progress)
      : try visitTraces(filter, window, { isTimeUp() || isAbandoned() }, progress)
    if isAbandoned() { throw QueryError.abandoned }
    let cut: AnswerCut? = isCut ? .time : nil
    if let comparisonFold { return comparisonFold.answer(cut: cut) }
    return fold.answer(cut: cut)
  }

  /// Whether what is counted by, or compared, is told by whole traces only.
  private var needsTraces: Bool {
    let fields = question.metrics.by + [question.metrics.function.field].compactMap { $0 }
    return !fields.allSatisfy(\.isOfSpanAlone) || selection.map { !$0.expression.isOfSpanAlone } ?? false
  }

  private var needsDetails: Bool { selection != nil || MetricsFold.needsDetails(question.metrics) }

  /// - Parameter trace: of the batch, where it is all spans of one.
  private func take(_ batch: SpanBatch, _ rows: [Int], _ trace: TraceQLTrace? = nil) throws(CodingError) {
    if let selection {
      let selected = Set(try selection.rows(of: batch, trace, among: rows))
      try comparisonFold?.add(batch, rows: rows, selected: selected)
      return
    }
    var readers: [TraceQLField: TraceQLRowField] = [:]
    try fold.add(batch, rows: rows) { (field, row) throws(CodingError) in
      if let known = readers[field] { return try known.value(row) }
      let reader = try TraceQLRowField(field, batch, trace)
      readers[field] = reader
      return try reader.value(row)
    }
  }

  /// - Returns: whether the walk was cut.
  private func visitSpans(
    _ filter: SpanFilter, _ window: TimeWindow, _ isOver: () -> Bool, _ progress: (Double) -> Void
  ) throws -> Bool {
    let page = try snapshot.visit(
      filter, window: window, hasDetails: needsDetails, isAbandoned: isOver, check: check, progress: progress
    ) { (batch, rows) throws(CodingError) in
      try self.take(batch, rows)
      return true
    }
    note(page)
    return page.isCut
  }

  private func visitTraces(
    _ filter: SpanFilter, _ window: TimeWindow, _ isOver: () -> Bool, _ progress: (Double) -> Void
  ) throws -> Bool {
    let examination = try TraceExamination(question.query.pipeline, spansMax: 0)
    var known: Set<TraceID> = []
    var next: SpanCursor?
    repeat {
      let page = try snapshot.search(
        filter, window: window, limit: QueryLimits.mapSearchPageSpans, after: next, isAbandoned: isOver,
        check: check, progress: progress)
      note(page)
      for match in page.matches where known.insert(match.traceID).inserted {
        if isOver() { return true }
        let found = try snapshot.spans(
          of: match.traceID, limit: QueryLimits.summarySpansMax, hasDetails: needsDetails || examination.needsDetails)
        if found.isPartial || found.next != nil { missingBlocks += 1 }
        try take(found.batch, try examination.rows(of: found.batch), TraceQLTrace(found.batch))
      }
      next = page.next
      if page.isCut { return true }
    } while next != nil
    return false
  }

  private func note(_ page: SearchPage) {
    missingBlocks += page.isPartial ? max(1, page.damage.count { $0.losesSpans }) : 0
  }
}
