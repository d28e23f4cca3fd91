import RingStore
import TraceModel

extension TraceQueries {
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
