import RingStore
import TraceModel

/// What a span is looked for by, for those who know no TraceQL. All that is given must hold for one span.
package struct SpanTraits: Hashable, Sendable {
  /// The resource's service.name, byte for byte.
  package var service: String?
  package var spanName: String?
  package var start: ClosedRange<Timestamp>?
  package var duration: ClosedRange<TraceModel.Duration>?
  /// Whether its status is an error.
  package var hasFailed = false
  /// The key of an attribute that the span has, or else its resource.
  package var attributeKey: String?
  /// Text, a flag or a number that the attribute must equal; nil for any.
  package var attributeValue: AttributeValue?
  package var kind: SpanKind?
  package var status: SpanStatus.Code?
  /// Of each of these lists, at least one holds.
  package var choices: [[SpanTraits]] = []

  package init() {}

  var filter: SpanFilter {
    var conditions: [SpanFilter.Condition] = []
    if let service { conditions.append(.service(service)) }
    if let spanName { conditions.append(.spanName(spanName)) }
    if let start { conditions.append(.start(start)) }
    if let duration { conditions.append(.duration(duration)) }
    if hasFailed { conditions.append(.status(.error)) }
    if let kind { conditions.append(.kind(kind)) }
    if let status { conditions.append(.status(status)) }
    if let attributeKey {
      switch attributeValue {
      case .string(let text)?: conditions.append(.attribute(.any, attributeKey, equals: .string(text)))
      case .bool(let flag)?: conditions.append(.attribute(.any, attributeKey, equals: .bool(flag)))
      case .int(let number)?: conditions.append(.attribute(.any, attributeKey, equals: .int(number)))
      case .double(let number)?: conditions.append(.attribute(.any, attributeKey, equals: .double(number)))
      default: conditions.append(.hasAttribute(.any, attributeKey))
      }
    }
    conditions += choices.map { choices in
      choices.count == 1 ? choices[0].filter.conditions : [.anyOf(choices.map(\.filter))]
    }.joined()
    return SpanFilter(conditions)
  }
}

/// Traces by ID, newest arrival first, each once on a page.
package struct TraceIDList: Sendable {
  package var ids: [TraceID] = []
  /// Leads to the next ones, if there may be more.
  package var cursor: String?
}

extension TraceQueries {
  /// The traces that have such a span which ended in the window.
  /// - Parameters:
  ///   - page: of at most `QueryLimits.searchTracesMax` traces. A trace whose spans arrived far apart may stand on two.
  ///   - isTimeUp: asked between blocks; true ends the search with what it has found, and a cursor.
  package func traces(
    having traits: SpanTraits, _ window: TimeWindow, _ page: PageChoice = .first, isTimeUp: () -> Bool = { false }
  ) throws(QueryError) -> Answer<TraceIDList> {
    let snapshot = try takeSnapshot()
    let limit = min(page.limit ?? QueryLimits.searchTracesDefault, QueryLimits.searchTracesMax)
    var (found, known, next) = (TraceIDList(), Set<TraceID>(), page.cursor)
    var missingBlocks = snapshot.damage.count { $0.losesSpans }
    repeat {
      let matches: SearchPage
      do {
        matches = try snapshot.search(
          traits.filter, window: window, limit: QueryLimits.searchPageSpans, after: next,
          isAbandoned: { isTimeUp() || isAbandoned() })
      } catch { throw .ring(error) }
      if isAbandoned() { throw .abandoned }
      missingBlocks += matches.isPartial ? max(1, matches.damage.count { $0.losesSpans }) : 0
      next = matches.next
      for match in matches.matches where !known.contains(match.traceID) {
        guard found.ids.count < limit else {
          found.cursor = match.cursor.description
          return Answer(value: found, missingBlocks: missingBlocks, retention: snapshot.retention)
        }
        found.ids.append(match.traceID)
        known.insert(match.traceID)
      }
    } while next != nil && !isTimeUp()
    found.cursor = next?.description
    return Answer(value: found, missingBlocks: missingBlocks, retention: snapshot.retention)
  }
}
