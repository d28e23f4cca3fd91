import RingStore
import TraceLinking
import TraceModel

/// The questions that can be asked of a ring, in the collector's own process or in another.
///
/// Every question is answered from the state of the ring at its beginning. Reading blocks the calling thread.
package struct TraceQueries: Sendable {
  let snapshot: @Sendable () throws(RingError) -> RingSnapshot
  let isAbandoned: @Sendable () -> Bool
  let folds: KeptFolds

  /// - Parameters:
  ///   - snapshot: called once for each question.
  ///   - isAbandoned: asked between blocks; true ends the question with `QueryError.abandoned`.
  package init(
    snapshot: @escaping @Sendable () throws(RingError) -> RingSnapshot,
    isAbandoned: @escaping @Sendable () -> Bool = { false }
  ) {
    self.init(snapshot, isAbandoned, KeptFolds())
  }

  private init(
    _ snapshot: @escaping @Sendable () throws(RingError) -> RingSnapshot, _ isAbandoned: @escaping @Sendable () -> Bool,
    _ folds: KeptFolds
  ) {
    self.snapshot = snapshot
    self.isAbandoned = isAbandoned
    self.folds = folds
  }

  /// The same questions, to be given up when nobody waits for the answer any more.
  package func abandoned(when isAbandoned: @escaping @Sendable () -> Bool) -> TraceQueries {
    TraceQueries(snapshot, isAbandoned, folds)
  }

  /// Whether nobody waits for answers any more.
  package var isGivenUp: Bool { isAbandoned() }

  /// What the ring holds.
  package func retention() throws(QueryError) -> Retention {
    try takeSnapshot().retention
  }

  func takeSnapshot() throws(QueryError) -> RingSnapshot {
    do { return try snapshot() } catch { throw .ring(error) }
  }
}

/// Why a question has no answer.
package enum QueryError: Error, Equatable, Sendable {
  case ring(RingError)
  /// Whoever asked is gone, or the time is up.
  case abandoned
  /// So many spans that would have to be gone through one by one.
  case tooManySpans(Int)
  /// The spans say something that cannot be read.
  case unreadable(String)
}

extension QueryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .ring(let error): error.description
    case .abandoned: "the question took too long; ask about a smaller window"
    case .tooManySpans(let count):
      "\(count) spans are too many to go through one by one, at most \(QueryLimits.scannedSpansMax); "
        + "ask about a smaller window"
    case .unreadable(let reason): "the spans cannot be read: \(reason)"
    }
  }
}

/// An answer and how much of what it was asked about it could not see.
package struct Answer<Value: Sendable>: Sendable {
  package var value: Value
  /// Blocks left out because they are damaged (the ring says where when it is opened) or because they were overwritten
  /// while they were to be read.
  package var missingBlocks: Int
  /// What the ring held when the question was asked.
  package var retention: Retention
}

// MARK: - A window

extension TraceQueries {
  /// The services that sent spans in a window.
  package func services(_ window: TimeWindow) throws(QueryError) -> Answer<[ServiceSummary]> {
    try ask(window) { graph, _ in graph.services() }
  }

  func ask<Value: Sendable>(
    _ window: TimeWindow, spanNames: SpanNameChoice = .none, _ answer: (Aggregates, Retention) -> Value
  ) throws(QueryError) -> Answer<Value> {
    let snapshot = try takeSnapshot()
    var sum = try SegmentSum(snapshot, folds, isAbandoned).ask(window, spanNames)
    sum.missingBlocks += snapshot.damage.count
    return Answer(
      value: answer(sum.aggregates, snapshot.retention), missingBlocks: sum.missingBlocks,
      retention: snapshot.retention)
  }
}

extension TimeWindow {
  /// The part that a span plays in an answer about this window.
  func part(of batch: SpanBatch, row: Int, receivedAt: Timestamp) -> CallGraph.Part {
    guard batch.hasSoundTimes(at: row, receivedAt: receivedAt) else { return isAll ? .skewed : .context }
    return contains(batch.ends[row]) ? .counted : .context
  }
}
