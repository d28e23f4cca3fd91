import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// The latencies that `selection` picks, over time. The window is widened to whole columns, so that the first and the
  /// last are not less than they seem; without bounds it is what the ring holds of possible times.
  ///
  /// Services' requests and edges come from the minutes in the footers; what is told apart by outcome from joining the
  /// spans again; spans by name or kind from going through them.
  /// - Parameter columnsMax: at least 1; above `QueryLimits.heatMapColumnsMax` it counts as that.
  package func heatMap(
    _ selection: LatencySelection, _ window: TimeWindow, columnsMax: Int
  ) throws(QueryError) -> Answer<LatencyHeatMap> {
    let snapshot = try takeSnapshot()
    var question = HeatMapQuestion(snapshot, folds, isAbandoned)
    let columnsMax = min(max(1, columnsMax), QueryLimits.heatMapColumnsMax)
    let columns = try question.columns(of: window, countMax: columnsMax)
    var map = LatencyHeatMap(columns: columns)
    if columns.count > 0 {
      if selection.isOfSpans {
        let inside = TimeWindow(from: columns.from, to: columns.to)
        let series = try ask(inside, spanNames: SpanNameChoice(selection)) { graph, _ in graph.latencies(selection) }
        let kept = series.value.sorted { $0.latency.count > $1.latency.count }.prefix(QueryLimits.heatMapSeriesMax)
        map.series = try question.spans(selection, Array(kept), columns)
        map.omittedSeries = series.value.count - kept.count
      } else {
        map.series = try question.calls(selection, columns)
        map.omittedSeries = max(0, map.series.count - QueryLimits.heatMapSeriesMax)
        map.series.removeLast(map.omittedSeries)
      }
    }
    return Answer(
      value: map, missingBlocks: snapshot.damage.count + question.missingBlocks, retention: snapshot.retention)
  }
}

/// One question about latencies over time.
struct HeatMapQuestion {
  private let source: any SegmentSource
  private let sum: SegmentSum
  private let isAbandoned: @Sendable () -> Bool
  private var missing: Set<UInt64> = []
  private(set) var missingBlocks = 0

  init(_ source: any SegmentSource, _ folds: KeptFolds, _ isAbandoned: @escaping @Sendable () -> Bool) {
    self.source = source
    self.isAbandoned = isAbandoned
    sum = SegmentSum(source, folds, isAbandoned)
  }

  /// None where nothing is.
  mutating func columns(of window: TimeWindow, countMax: Int) throws(QueryError) -> LatencyHeatMap.Columns {
    var times: Range<Timestamp>?
    if let from = window.from, let to = window.to {
      times = from..<to
    } else {
      let sum = sum
      for segment in source.segments where window.overlaps(segment.earliestEnd, segment.latestEnd) {
        try proceed(segment) { () throws in
          guard let minutes = try sum.aggregates(segment, .minutes)?.minutes else { return false }
          guard let own = try LatencyTimeline.times(of: minutes) else { return true }
          let (start, end) = (times?.lowerBound ?? own.lowerBound, times?.upperBound ?? own.upperBound)
          times = min(start, own.lowerBound)..<max(end, own.upperBound)
          return true
        }
      }
      if let found = times {
        let from = max(window.from ?? found.lowerBound, found.lowerBound)
        times = from..<max(from, min(window.to ?? found.upperBound, found.upperBound))
      }
    }
    guard let times, !times.isEmpty else {
      return LatencyHeatMap.Columns(from: window.from ?? Timestamp(unixNanoseconds: 0), step: .seconds(60), count: 0)
    }
    return LatencyHeatMap.Columns(from: times.lowerBound, to: times.upperBound, countMax: countMax)
  }

  /// Of services' requests or an edge.
  mutating func calls(
    _ selection: LatencySelection, _ columns: LatencyHeatMap.Columns
  ) throws(QueryError) -> [LatencyHeatMap.Series] {
    guard selection.hasOutcome else {
      var timeline = LatencyTimeline(selection, columns)
      try addFigures(to: &timeline, columns)
      return timeline.series()
    }
    var series: [LatencyHeatMap.Series] = []
    for outcome in selection.outcome.map({ [$0] }) ?? TraceModel.Outcome.allCases {
      var own = selection
      own.outcome = outcome
      var timeline = LatencyTimeline(own, columns)
      let window = TimeWindow(from: columns.from, to: columns.to)
      let joined = try SpanJoin(source, isAbandoned).aggregates(window, outcome, isByMinute: true)
      missingBlocks = max(missingBlocks, joined.missingBlocks)
      timeline.add(joined.aggregates)
      series += timeline.series()
    }
    return series
  }

  /// The requests that services served, with those of them that ended in a fault as the failed ones.
  mutating func requests(_ columns: LatencyHeatMap.Columns) throws(QueryError) -> [CallRates.Series] {
    var timeline = LatencyTimeline(.services, columns)
    try addFigures(to: &timeline, columns)
    return timeline.requests()
  }

  private mutating func addFigures(
    to timeline: inout LatencyTimeline, _ columns: LatencyHeatMap.Columns
  ) throws(QueryError) {
    let window = TimeWindow(from: columns.from, to: columns.to)
    let segments = source.segments
    let inside = segments.filter { window.overlaps($0.earliestEnd, $0.latestEnd) }
    var result = timeline
    let sum = sum
    for segment in inside {
      try proceed(segment) { () throws in
        guard let figures = try sum.aggregates(segment, .minutes), !figures.minutes.isEmpty else { return false }
        try result.add(figures.minutes)
        return true
      }
    }
    let retained = Set(segments.map(\.number))
    for segment in segments where segment.number >= inside.first?.number ?? .max {
      let missing = missing
      try proceed(segment) { () throws in
        guard !missing.contains(segment.number), let figures = try sum.aggregates(segment, .corrections) else {
          return false
        }
        for (earlier, correction) in figures.corrections where retained.contains(earlier) && !missing.contains(earlier)
        {
          try result.add(correction)
        }
        return true
      }
    }
    timeline = result
  }

  /// Does a step; a segment with which it fails is missing in the answer.
  private mutating func proceed(_ segment: SourceSegment, _ step: () throws -> Bool) throws(QueryError) {
    if isAbandoned() { throw .abandoned }
    do {
      if try step() { return }
    } catch {
      if isAbandoned() { throw .abandoned }
    }
    if missing.insert(segment.number).inserted { missingBlocks += segment.blockCount }
  }

  /// Of spans by name, kind or outcome: of these series, each span once in its segment.
  mutating func spans(
    _ selection: LatencySelection, _ series: [LatencySeries], _ columns: LatencyHeatMap.Columns
  ) throws(QueryError) -> [LatencyHeatMap.Series] {
    var choice = SeriesChoice(selection, series)
    var histograms = [[Int: LatencyHistogram]](repeating: [:], count: series.count)
    var seen: Set<Int> = []
    let window = TimeWindow(from: columns.from, to: columns.to)
    let outcome = try SpanScan(source, window, isAbandoned).forEachBlock(spansMax: .max) { block, isFirst, isInside in
      if isFirst || seen.count > QueryLimits.knownSpansMax { seen.removeAll(keepingCapacity: true) }
      choice.begin(block.batch)
      let weights = SpanWeights(block.batch)
      for row in block.rows ?? Array(0..<block.batch.count) {
        guard let number = choice.number(of: row, in: block.batch), isInside(row),
          let column = columns.column(of: block.batch.ends[row]),
          seen.insert(block.batch.identity(at: row).hashValue).inserted
        else { continue }
        histograms[number][column, default: LatencyHistogram()]
          .record(block.batch.duration(at: row), times: weights.times(row))
      }
      return true
    }
    missingBlocks += outcome.missingBlocks
    return zip(series, histograms).compactMap { series, histograms in
      var whole = LatencyHistogram()
      for histogram in histograms.values { whole += histogram }
      guard whole.count > 0 else { return nil }
      return LatencyHeatMap.Series(
        whole: LatencySeries(
          service: series.service, spanName: series.spanName, kind: series.kind, outcome: series.outcome,
          histogram: whole, isEstimated: series.isEstimated),
        columns: histograms.sorted { $0.key < $1.key }.map {
          LatencyHeatMap.Column(start: columns.start(of: $0.key), $0.value)
        })
    }
  }
}
