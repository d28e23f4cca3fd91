import RingStore
import TraceModel

extension TraceQueries {
  /// The trace that somebody names. By all of its digits, or but for zeros at its beginning, it is found at once, by the index. By
  /// at least `QueryLimits.shortenedIDDigitsMin` first ones it is looked for in the trace IDs of every block, the newest first, as
  /// long as `isTimeUp` allows.
  package func trace(
    namedBy reference: TraceReference, isTimeUp: () -> Bool
  ) throws(QueryError) -> TraceIdentification {
    let snapshot = try takeSnapshot()
    let oldest = snapshot.retention.oldestArrival
    do {
      var isPartial = snapshot.damage.contains { $0.losesSpans }
      if let id = reference.id {
        let found = try snapshot.spans(of: id, limit: 1, hasDetails: false)
        if !found.batch.isEmpty { return .trace(id) }
        isPartial = isPartial || found.isPartial
      }
      guard let range = reference.beginnings else {
        return .none(.unknown(reference, oldestArrival: oldest, isPartial: isPartial))
      }
      let limit = QueryLimits.namesakesMax
      let found = try snapshot.traceIDs(
        in: range, limit: limit + 1, isAbandoned: { isTimeUp() || isAbandoned() })
      if isAbandoned() { throw QueryError.abandoned }
      isPartial = isPartial || found.isPartial
      switch (found.ids.count, found.isCut) {
      case (0, true): return .none(.outOfTime(reference, since: found.reachedArrival, oldestArrival: oldest))
      case (0, false): return .none(.unknown(reference, oldestArrival: oldest, isPartial: isPartial))
      case (1, true): return .likely(found.ids[0], since: found.reachedArrival ?? Timestamp(unixNanoseconds: 0))
      case (1, false): return .trace(found.ids[0])
      default:
        return .none(
          .ambiguous(reference, Array(found.ids.prefix(limit)), hasMore: found.isCut || found.ids.count > limit))
      }
    } catch let error as RingError {
      throw .ring(error)
    } catch {
      throw .abandoned
    }
  }

  /// Spans of one trace in the order of their arrival.
  package struct FoundSpans: Sendable {
    package var spans: [Span]
    /// Whether some of the trace was overwritten or damaged while it was read, or lies beyond the limit.
    package var isPartial: Bool
    /// The cursor of the spans beyond the limit, if there are any.
    package var next: String?
  }

  /// Retained spans of a trace, however late they came: at most `QueryLimits.traceSpansMax`, which is also usual; nil if
  /// there are none that can be read.
  package func spans(
    of id: TraceID, _ choice: PageChoice = .first
  ) throws(QueryError) -> Answer<FoundSpans?> {
    let snapshot = try takeSnapshot()
    let limit = min(choice.limit ?? QueryLimits.traceSpansMax, QueryLimits.traceSpansMax)
    var found = FoundSpans(spans: [], isPartial: false)
    var next = choice.cursor
    var lostBlocks = 0
    repeat {
      if isAbandoned() { throw .abandoned }
      let page: TraceSpans
      do {
        page = try snapshot.spans(
          of: id, limit: min(limit - found.spans.count, QueryLimits.tracePageSpans), after: next)
      } catch { throw .ring(error) }
      found.isPartial = found.isPartial || page.isPartial
      next = page.next
      lostBlocks += page.damage.count { $0.losesSpans }
      for row in 0..<page.batch.count {
        do { found.spans.append(try page.batch.span(at: row)) } catch { found.isPartial = true }
      }
    } while next != nil && found.spans.count < limit
    found.next = next?.description
    if next != nil { found.isPartial = true }
    // Where a trace is unknown, the blocks found damaged at opening may have held it.
    let missingBlocks =
      found.spans.isEmpty && choice.cursor == nil
      ? max(lostBlocks, snapshot.damage.count { $0.losesSpans }) : lostBlocks
    return Answer(
      value: found.spans.isEmpty ? nil : found, missingBlocks: missingBlocks, retention: snapshot.retention)
  }
}
