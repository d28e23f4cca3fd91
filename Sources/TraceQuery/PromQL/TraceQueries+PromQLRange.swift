import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// What a query comes to at many moments. Time is divided into whole minutes, or longer columns where there were more
  /// than `QueryLimits.promQLColumnsMax`: a range is as many of them as come nearest to it, and the last to end before
  /// each moment are counted.
  /// - Throws: `QueryError`, or `PromQLError` where it cannot be worked out.
  package func values(of query: PromQLQuery, _ steps: PromQLSteps) throws -> Answer<[PromQLSeries]> {
    if query.kind == .string {
      throw PromQLError("invalid expression type \"string\" for range query, must be Scalar or instant Vector")
    }
    let snapshot = try takeSnapshot()
    var question = PromQLRangeQuestion(query.selectors, steps, snapshot, folds, isAbandoned)
    var evaluation = PromQLEvaluation(query, try question.inputs())
    var found: [MetricLabels: [PromQLSeries.Point]] = [:]
    var sampleCount = 0
    for step in 0..<steps.count {
      if isAbandoned() { throw QueryError.abandoned }
      let time = steps.moment(step)
      (evaluation.step, evaluation.time) = (step, Double(time.unixNanoseconds) / 1e9)
      let samples: [PromQLSample] =
        switch try evaluation.value() {
        case .scalar(let number): [PromQLSample(MetricLabels(), number)]
        case .vector(let samples): samples
        case .string: []
        }
      sampleCount += samples.reduce(0) { $0 + $1.value.size }
      try PromQLError.check(sampleCount: sampleCount)
      for sample in samples { found[sample.labels, default: []].append(.init(time: time, value: sample.value)) }
    }
    return Answer(
      value: found.sorted { $0.key < $1.key }.map { PromQLSeries(labels: $0.key, points: $0.value) },
      missingBlocks: snapshot.damage.count + question.missingBlocks, retention: snapshot.retention)
  }
}

/// Finds the figures over time that selectors mean.
private struct PromQLRangeQuestion {
  private let selectors: [PromQLSelector]
  private let steps: PromQLSteps
  private let snapshot: RingSnapshot
  private let folds: KeptFolds
  private let isAbandoned: @Sendable () -> Bool
  private var counts: [[MetricLabels: PromQLColumns]]
  private var sampleCount = 0
  private(set) var missingBlocks = 0

  init(
    _ selectors: [PromQLSelector], _ steps: PromQLSteps, _ snapshot: RingSnapshot, _ folds: KeptFolds,
    _ isAbandoned: @escaping @Sendable () -> Bool
  ) {
    (self.selectors, self.steps, self.snapshot) = (selectors, steps, snapshot)
    (self.folds, self.isAbandoned) = (folds, isAbandoned)
    counts = Array(repeating: [:], count: selectors.count)
  }

  mutating func inputs() throws -> [any PromQLInput] {
    guard !selectors.isEmpty else { return [] }
    let columns = try columns()
    var loading = PromQLLoading(snapshot, folds, isAbandoned)
    if columns.count > 0 {
      if selectors.contains(where: \.mayMeanEdges) {
        let inside = TimeWindow(from: columns.from, to: columns.to)
        try addEdges(columns, services: try loading.metrics(inside, hasSpans: false).services)
      }
      if selectors.contains(where: \.mayMeanSpans) { try addSpans(columns) }
    }
    var base = TraceMetrics()
    let timeless = selectors.filter { $0.range == nil }
    if !timeless.isEmpty {
      base = try loading.metrics(
        TimeWindow(from: nil, to: columns.from), hasSpans: timeless.contains { $0.mayMeanSpans })
    }
    missingBlocks = max(missingBlocks, loading.missingBlocks)
    return selectors.indices.map { number in
      let selector = selectors[number]
      return PromQLTimeline(
        selector, columns, steps, base: selector.range == nil ? selector.series(in: base) : [:], counts[number])
    }
  }

  /// All that the selectors look at, as far as the ring holds anything there.
  private func columns() throws -> LatencyHeatMap.Columns {
    var (from, to) = (Timestamp(unixNanoseconds: .max), Timestamp(unixNanoseconds: 0))
    for selector in selectors {
      let (first, last) = (selector.window(at: steps.from), selector.window(at: steps.last))
      from = min(from, first.from ?? first.to ?? from)
      to = max(to, last.to ?? to)
    }
    var question = HeatMapQuestion(snapshot, folds, isAbandoned)
    let held = try question.columns(of: .all, countMax: QueryLimits.promQLColumnsMax)
    let (start, end) = (max(from, held.from), min(to, held.to))
    guard held.count > 0, start < end else {
      // Whatever is there lies before, or nothing does.
      return LatencyHeatMap.Columns(from: from, step: .seconds(60), count: 0)
    }
    return LatencyHeatMap.Columns(from: start, to: end, countMax: QueryLimits.promQLColumnsMax)
  }

  // MARK: Edges

  private mutating func addEdges(
    _ columns: LatencyHeatMap.Columns, services: Set<TraceMetrics.Service>
  ) throws {
    let sum = SegmentSum(snapshot, folds, isAbandoned)
    let segments = (snapshot as any SegmentSource).segments
    let retained = Set(segments.map(\.number))
    var missing: Set<UInt64> = []
    for first in stride(from: 0, to: columns.count, by: QueryLimits.promQLColumnsAtOnce) {
      let chosen = first..<min(first + QueryLimits.promQLColumnsAtOnce, columns.count)
      var timeline = MetricTimeline(columns, chosen, services: services)
      let window = TimeWindow(from: columns.start(of: chosen.lowerBound), to: columns.start(of: chosen.upperBound))
      let inside = segments.filter { window.overlaps($0.earliestEnd, $0.latestEnd) }
      for segment in segments where segment.number >= inside.first?.number ?? .max {
        if isAbandoned() { throw QueryError.abandoned }
        if missing.contains(segment.number) { continue }
        let isInside = window.overlaps(segment.earliestEnd, segment.latestEnd)
        do {
          guard let figures = try sum.aggregates(segment, isInside ? [.minutes, .corrections] : .corrections) else {
            throw QueryError.unreadable("a segment is gone")
          }
          if isInside { try timeline.add(figures.minutes) }
          for (earlier, correction) in figures.corrections
          where retained.contains(earlier) && !missing.contains(earlier) {
            try timeline.add(correction)
          }
        } catch {
          if isAbandoned() { throw QueryError.abandoned }
          missing.insert(segment.number)
          missingBlocks += segment.blockCount
        }
      }
      for (column, metrics) in timeline.metrics() { try add(metrics, column, columns) }
    }
  }

  /// - Parameter metrics: of one column.
  private mutating func add(
    _ metrics: TraceMetrics, _ column: Int, _ columns: LatencyHeatMap.Columns
  ) throws(PromQLError) {
    for (number, selector) in selectors.enumerated() {
      for (labels, value) in selector.series(in: metrics) {
        switch value {
        case .float(let float):
          if counts[number][labels] == nil {
            sampleCount += columns.count
            try PromQLError.check(sampleCount: sampleCount)
            counts[number][labels] = PromQLColumns(floats: Array(repeating: .nan, count: columns.count))
          }
          counts[number][labels]?.floats[column] = float
        case .histogram(let histogram):
          sampleCount += value.size
          try PromQLError.check(sampleCount: sampleCount)
          counts[number][labels, default: PromQLColumns()].histograms[column] = histogram
        }
      }
    }
  }

  // MARK: Spans

  /// Spans by their names are gone through: what is stored of each minute tells none of them.
  private mutating func addSpans(_ columns: LatencyHeatMap.Columns) throws {
    let window = TimeWindow(from: columns.from, to: columns.to)
    var scan = SpanMetricsScan(selectors, columns)
    var problem: PromQLError?
    let outcome = try SpanScan(snapshot, window, isAbandoned).forEachBlock(spansMax: .max) { block, isFirst, isInside in
      do throws(PromQLError) { try scan.add(block, isFirst: isFirst, isInside) } catch { problem = error }
      return problem == nil
    }
    if let problem { throw problem }
    missingBlocks = max(missingBlocks, outcome.missingBlocks)
    for (column, metrics) in scan.metrics() { try add(metrics, column, columns) }
  }
}
