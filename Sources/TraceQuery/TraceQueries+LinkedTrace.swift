import TraceLinking
import TraceModel

extension TraceQueries {
  /// A trace as its tree.
  package struct LinkedTrace: Sendable {
    package var trace: Trace
    /// Whether some of the trace was overwritten or damaged while it was read.
    package var isPartial: Bool
    /// Whether it has more spans than were asked for; those that came first are here.
    package var hasMore: Bool
  }

  /// The spans of a trace that are retained, linked; nil if there are none that can be read.
  /// - Parameters:
  ///   - spansMax: at least 1; above `QueryLimits.traceSpansMax` it counts as that.
  ///   - isAdjusted: whether times of hosts whose clocks differ are shown as if they did not (`ClockSkew`).
  package func linkedTrace(
    _ id: TraceID, spansMax: Int, isAdjusted: Bool
  ) throws(QueryError) -> Answer<LinkedTrace?> {
    let found = try spans(of: id, PageChoice(first: spansMax))
    var answer = Answer<LinkedTrace?>(value: nil, missingBlocks: found.missingBlocks, retention: found.retention)
    guard let spans = found.value else { return answer }
    let trace = TraceLinker.link(id, spans.spans)
    answer.value = LinkedTrace(
      trace: isAdjusted ? ClockSkew.adjusting(trace) : trace, isPartial: spans.isPartial && spans.next == nil,
      hasMore: spans.next != nil)
    return answer
  }
}
