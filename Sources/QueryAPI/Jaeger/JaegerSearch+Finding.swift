import TraceModel
import TraceQuery

extension JaegerSearch {
  /// Traces found, newest first.
  struct Findings: Sendable {
    var summaries: [TraceSummary] = []
    /// Whether time ran out before so many were found.
    var isCut = false
    var isPartial = false
  }

  /// At most `limit` traces. Ends after `APILimits.searchSeconds` with what was found.
  func findings(_ queries: TraceQueries) throws -> Findings {
    let end = ContinuousClock.now + .seconds(APILimits.searchSeconds)
    var findings = Findings()
    var known: Set<TraceID> = []
    var cursor: String?
    let limit = min(limit, QueryLimits.searchTracesMax)
    repeat {
      let page = try PageChoice(limit: limit, cursor: cursor)
      let found = try queries.search(TraceSearch(traits, page), window, isTimeUp: { ContinuousClock.now > end })
      findings.isPartial = findings.isPartial || found.missingBlocks > 0
      cursor = found.value.cursor
      for summary in found.value.traces where findings.summaries.count < limit {
        findings.isCut = findings.isCut || ContinuousClock.now > end && (mustCheck || cursor != nil)
        if mustCheck && findings.isCut { break }
        guard !known.contains(summary.id), try !mustCheck || isMeant(summary.id, queries) else { continue }
        known.insert(summary.id)
        findings.summaries.append(summary)
      }
      findings.isCut = findings.isCut || cursor != nil && ContinuousClock.now > end
    } while mustCheck && cursor != nil && findings.summaries.count < limit && !findings.isCut
    findings.summaries.sort { ($1.start, $1.id) < ($0.start, $0.id) }
    return findings
  }

  /// Whether a trace that the search has found has a span that is meant, too.
  private func isMeant(_ id: TraceID, _ queries: TraceQueries) throws -> Bool {
    let found = try queries.spans(of: id, PageChoice(first: APILimits.jaegerSpansMax))
    return found.value?.spans.contains { holds(for: $0) } ?? false
  }

  /// Whole traces.
  struct Traces: Sendable {
    var traces: [TraceQueries.LinkedTrace] = []
    /// Why there are not all, in sentences.
    var cuts: [String] = []
    var isPartial = false
  }

  /// The traces found, as far as the bound on an answer's spans goes.
  func traces(_ queries: TraceQueries) throws -> Traces {
    let findings = try findings(queries)
    var answer = Traces(isPartial: findings.isPartial)
    if findings.isCut {
      answer.cuts.append(
        "the search ended after \(APILimits.searchSeconds) seconds with what it had found; take a smaller window")
    }
    if limit > QueryLimits.searchTracesMax && findings.summaries.count == QueryLimits.searchTracesMax {
      answer.cuts.append("an answer has at most \(QueryLimits.searchTracesMax) traces; take a smaller window")
    }
    answer.isPartial = answer.isPartial || !answer.cuts.isEmpty
    var room = APILimits.jaegerSpansMax
    for summary in findings.summaries {
      guard room > 0 else {
        answer.isPartial = true
        answer.cuts.append(
          "\(answer.traces.count) of the \(findings.summaries.count) traces found are in this answer, which has at most "
            + "\(APILimits.jaegerSpansMax) spans; take a smaller limit or window")
        break
      }
      let found = try queries.linkedTrace(
        summary.id, spansMax: min(room, spansMax), isAdjusted: !isRaw)
      guard let trace = found.value else { continue }
      room -= trace.trace.spans.count + trace.trace.duplicateCount
      answer.isPartial = answer.isPartial || !trace.isWhole
      answer.traces.append(trace)
    }
    return answer
  }
}
