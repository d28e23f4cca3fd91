import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// What talks to what in a window, or the part of it that is asked for.
  ///
  /// Stored figures answer where they can. For a question about traces, and for groups by anything but name or namespace,
  /// the window's spans are gone through.
  package func serviceMap(
    _ window: TimeWindow, _ question: MapQuestion = .whole
  ) throws(QueryError) -> Answer<ServiceMap> {
    let grouping = question.groupBy.map { ServiceGrouping($0) }
    var narrowing = ServiceMap.Narrowing()
    narrowing.groupedBy = question.groupBy
    let answer: Answer<Aggregates>
    if question.needle != nil || grouping?.isOfIdentity == false {
      answer = try scan(window, question.needle, grouping, &narrowing)
      narrowing.question = question.traceQL
    } else {
      answer = try ask(window) { graph, _ in graph }
    }
    let retention = answer.retention
    var map = answer.value.serviceMap(
      window, overwrittenBefore: retention.hasOverwritten ? retention.oldestArrival : nil,
      grouping: grouping.map { grouping in { grouping.group(of: $0) } })
    map.narrowing = narrowing
    return Answer(value: map.cut(question), missingBlocks: answer.missingBlocks, retention: retention)
  }

  /// Who called whom in one trace; nil if the ring has no span of it that can be read.
  package func serviceMap(
    of id: TraceID, _ question: MapQuestion = .whole
  ) throws(QueryError) -> Answer<ServiceMap>? {
    let found = try spans(of: id)
    guard let spans = found.value else { return nil }
    do throws(CodingError) {
      return Answer(
        value: try ServiceMap(of: id, spans.spans).cut(question),
        missingBlocks: max(found.missingBlocks, spans.isPartial ? 1 : 0), retention: found.retention)
    } catch {
      return nil
    }
  }

  private func scan(
    _ window: TimeWindow, _ needle: SearchNeedle?, _ grouping: ServiceGrouping?,
    _ narrowing: inout ServiceMap.Narrowing
  ) throws(QueryError) -> Answer<Aggregates> {
    let snapshot = try takeSnapshot()
    let found = try needle.map { (needle) throws(QueryError) in try traces(needle, window, snapshot) }
    narrowing.traces = found.map { UInt64($0.ids.count) }
    narrowing.hasMoreTraces = found?.hasMore ?? false
    let resource: (Resource) -> Resource =
      if let grouping, !grouping.isOfIdentity { { grouping.marked($0) } } else { { $0 } }
    let sum = try MapScan(snapshot, folds, isAbandoned).ask(window, traces: found?.ids, resource: resource)
    return Answer(
      value: sum.aggregates, missingBlocks: sum.missingBlocks + (found?.missingBlocks ?? 0) + snapshot.damage.count,
      retention: snapshot.retention)
  }

  private struct FoundTraces {
    var ids: Set<TraceID> = []
    var hasMore = false
    var missingBlocks = 0
  }

  /// The traces with a span that matches and ended in the window, the newest arrivals first.
  private func traces(
    _ needle: SearchNeedle, _ window: TimeWindow, _ snapshot: RingSnapshot
  ) throws(QueryError) -> FoundTraces {
    var found = FoundTraces()
    var next: SpanCursor?
    let check: RowCheck?
    do { check = try needle.check() } catch { throw .unreadable("\(error)") }
    repeat {
      let page: SearchPage
      do {
        page = try snapshot.search(
          needle.filter, window: window, limit: QueryLimits.mapSearchPageSpans, after: next, isAbandoned: isAbandoned,
          check: check)
      } catch { throw .ring(error) }
      if isAbandoned() { throw .abandoned }
      next = page.next
      found.missingBlocks += page.isPartial ? max(1, page.damage.count { $0.losesSpans }) : 0
      for match in page.matches where !found.ids.contains(match.traceID) {
        guard found.ids.count < QueryLimits.mapTracesMax else {
          found.hasMore = true
          return found
        }
        found.ids.insert(match.traceID)
      }
    } while next != nil
    return found
  }
}
