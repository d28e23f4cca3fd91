import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// What a query comes to at one moment. Counters are what the ring holds of spans that ended before it; what lies in a
  /// range is counted exactly, and nothing is guessed at its ends.
  /// - Throws: `QueryError`, or `PromQLError` where it cannot be worked out.
  package func value(of query: PromQLQuery, at time: Timestamp) throws -> Answer<PromQLValue> {
    let snapshot = try takeSnapshot()
    var loading = PromQLLoading(snapshot, folds, isAbandoned)
    var inputs: [any PromQLInput] = []
    for (selector, window) in try loading.windows(of: query.selectors, at: time) {
      let series = selector.series(in: try loading.metrics(window, query.selectors, at: time))
      try PromQLError.check(sampleCount: series.values.reduce(0) { $0 + $1.size })
      inputs.append(
        PromQLSamples(
          samples: series.sorted { $0.key < $1.key }.map { PromQLSample($0.key, $0.value) },
          seconds: Double(selector.range ?? 0) / 1e9))
    }
    var evaluation = PromQLEvaluation(query, inputs)
    evaluation.time = Double(time.unixNanoseconds) / 1e9
    return Answer(
      value: try evaluation.value(), missingBlocks: snapshot.damage.count + loading.missingBlocks,
      retention: snapshot.retention)
  }

  /// The series that are meant by any of some selectors and hold anything in the minutes of a window, in the order of
  /// their labels.
  /// - Parameter selectors: empty for all series.
  /// - Throws: `QueryError`, or `PromQLError` where there are too many.
  package func metricSeries(_ selectors: [PromQLSelector], _ window: TimeWindow) throws -> Answer<[MetricLabels]> {
    let snapshot = try takeSnapshot()
    var loading = PromQLLoading(snapshot, folds, isAbandoned)
    let selectors = selectors.isEmpty ? [PromQLSelector(matchers: [])] : selectors
    let metrics = try loading.metrics(window.inWholeMinutes, hasSpans: selectors.contains { $0.mayMeanSpans })
    var found: Set<MetricLabels> = []
    for selector in selectors {
      found.formUnion(selector.series(in: metrics).keys)
      try PromQLError.check(sampleCount: found.count)
    }
    return Answer(
      value: found.sorted(), missingBlocks: snapshot.damage.count + loading.missingBlocks,
      retention: snapshot.retention)
  }
}

extension PromQLError {
  static func check(sampleCount: Int) throws(PromQLError) {
    if sampleCount > QueryLimits.promQLSamplesMax {
      throw PromQLError(
        "query processing would load too many samples into memory: at most \(QueryLimits.promQLSamplesMax)")
    }
  }
}

/// Finds the figures that selectors mean.
struct PromQLLoading {
  private let snapshot: RingSnapshot
  private let folds: KeptFolds
  private let isAbandoned: @Sendable () -> Bool
  private var known: [TimeWindow: TraceMetrics] = [:]
  private(set) var missingBlocks = 0

  init(_ snapshot: RingSnapshot, _ folds: KeptFolds, _ isAbandoned: @escaping @Sendable () -> Bool) {
    self.snapshot = snapshot
    self.folds = folds
    self.isAbandoned = isAbandoned
  }

  /// The time that each selector is about.
  func windows(
    of selectors: [PromQLSelector], at time: Timestamp
  ) throws(PromQLError) -> [(selector: PromQLSelector, window: TimeWindow)] {
    selectors.map { ($0, eased($0.window(at: time))) }
  }

  /// Figures of a window, those of spans among them if any selector about it needs them.
  mutating func metrics(
    _ window: TimeWindow, _ selectors: [PromQLSelector], at time: Timestamp
  ) throws(QueryError) -> TraceMetrics {
    if let metrics = known[window] { return metrics }
    let hasSpans = selectors.contains { $0.mayMeanSpans && eased($0.window(at: time)) == window }
    let found = try metrics(window, hasSpans: hasSpans)
    known[window] = found
    return found
  }

  mutating func metrics(_ window: TimeWindow, hasSpans: Bool) throws(QueryError) -> TraceMetrics {
    // Without this, an empty window that is no window would be asked about.
    if let from = window.from, let to = window.to, from >= to { return TraceMetrics() }
    let sum = try SegmentSum(snapshot, folds, isAbandoned).ask(window, hasSpans ? .all : .none)
    missingBlocks = max(missingBlocks, sum.missingBlocks)
    return sum.aggregates.metrics()
  }

  /// Bounds beyond what the ring holds are moved to whole minutes, so that they cut none in two and stored figures
  /// answer.
  private func eased(_ window: TimeWindow) -> TimeWindow {
    let (minute, retention) = (UInt64(60_000_000_000), snapshot.retention)
    var eased = window
    if let from = window.from, let earliest = retention.earliestEnd, from <= earliest {
      eased.from = Timestamp(unixNanoseconds: from.unixNanoseconds / minute * minute)
    }
    if let to = window.to, let latest = retention.latestEnd, to > latest {
      let (next, isOver) = (to.unixNanoseconds / minute + 1).multipliedReportingOverflow(by: minute)
      if to.unixNanoseconds % minute != 0 && !isOver { eased.to = Timestamp(unixNanoseconds: next) }
    }
    return eased
  }
}

extension TimeWindow {
  /// The same, or a little more, so that stored figures answer.
  fileprivate var inWholeMinutes: TimeWindow {
    let minute = UInt64(60_000_000_000)
    return TimeWindow(
      from: from.map { Timestamp(unixNanoseconds: $0.unixNanoseconds / minute * minute) },
      to: to.map { to in
        let (next, isOver) = ((to.unixNanoseconds &- 1) / minute + 1).multipliedReportingOverflow(by: minute)
        return to.unixNanoseconds == 0 || isOver ? to : Timestamp(unixNanoseconds: next)
      })
  }
}

extension PromQLSelector {
  /// From the range's start, included, to the moment, excluded; without a range from the beginning.
  func window(at time: Timestamp) -> TimeWindow {
    let end =
      offset < 0
      ? time + Duration(nanoseconds: offset.magnitude) : time - Duration(nanoseconds: offset.magnitude)
    return TimeWindow(from: range.map { end - Duration(nanoseconds: $0) }, to: end)
  }
}
