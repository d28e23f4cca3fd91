import TraceModel

/// Gathers spans and joins every child to its parent: who called whom, how often, how well, how fast.
///
/// What is an edge is defined in DESIGN.md section 5, and told with its reasons in the article "Edges". Spans may come
/// in any order and more than once. Memory is bounded by `LinkingLimits`.
package struct CallGraph {
  private let limits: LinkingLimits
  private let spanNames: SpanNameChoice
  private let outcome: Outcome?
  private var keys: KeyTable
  private var figures: Figures
  private var spans = SpanPartitions()

  /// - Parameters:
  ///   - spanNames: which latencies are kept by span name, beside those of nodes and edges.
  ///   - outcome: calls and requests that ended otherwise are joined, but neither they nor their latencies are counted.
  ///   - isByMinute: whether what `Part.countedIn` says of the time is kept.
  package init(
    limits: LinkingLimits = LinkingLimits(), spanNames: SpanNameChoice = .none, outcome: Outcome? = nil,
    isByMinute: Bool = false
  ) {
    self.limits = limits
    self.spanNames = spanNames
    self.outcome = outcome
    keys = KeyTable(limits)
    figures = Figures(isByMinute ? .minute : .whole, limits)
  }

  /// How a span takes part in an answer.
  package enum Part: Hashable, Sendable {
    case counted
    /// Counted in a minute, where those are told apart.
    case countedIn(minuteOf: Timestamp)
    /// Counted, and its times are impossible.
    case skewed
    /// Outside of the window: only there to be found as a parent or child.
    case context

    fileprivate var period: Period {
      switch self {
      case .counted: .whole
      case .countedIn(let moment): Period(minuteOf: moment)
      case .skewed: .skewed
      case .context: .context
      }
    }
  }

  /// Adds the spans of a batch, each in the part that `part` gives its row; those without one are left out.
  /// - Throws: if the attributes of a batch that is not annotated cannot be read.
  package mutating func add(_ batch: SpanBatch, part: (Int) -> Part?) throws(CodingError) {
    let columns = try SpanColumns(batch, hasNames: !spanNames.isNone, &keys)
    for service in columns.numbers.services { figures.know(service) }
    let (keys, spanNames) = (keys, spanNames)
    var room = limits.pairableSpansMax - spans.count
    var rest: [Int] = []
    spans.append(columns) { row in
      guard let part = part(row) else { return nil }
      guard room > 0 else {
        rest.append(row)
        return nil
      }
      room -= 1
      return part.period
    } isNamed: {
      keys.isNamed($0, spanNames)
    }
    for row in rest {
      guard let part = part(row) else { continue }
      let span = columns.span(at: row, part.period, origin: 0)
      guard span.isCounted else { continue }
      figures.countUnpaired(span, keys, outcome: outcome)
      if keys.isNamed(span, spanNames), let tally = Tally(nameOf: span, keys.facts) { figures.count(tally, weight: 1) }
    }
  }

  /// What the spans gathered say. To be asked for once, after the last `add`.
  package mutating func join() -> Aggregates {
    var table = SpanTable()
    var linking = LinkingSpans()
    spans.removeAll { rows, ranges in
      table.link(&rows, ranges, keys.facts)
      figures.countNames(rows, ranges, keys)
      figures.join(rows, ranges, keys, outcome: outcome)
      linking.add(rows, ranges, &keys)
    }
    figures.joinLinks(linking.spans, keys.facts, outcome: outcome)
    return Aggregates(keys: keys, figures: figures)
  }
}

extension KeyTable {
  fileprivate func isNamed(_ span: SpanRow, _ choice: SpanNameChoice) -> Bool {
    guard let name = span.name else { return false }
    return choice.includes(names[Int(name)], of: parties[Int(span.service)])
  }
}
