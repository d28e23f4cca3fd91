import TraceLinking
import TraceModel

/// Counts spans by service, name, kind, outcome and time as they go by, each once in its segment.
struct SpanMetricsScan {
  private let selectors: [PromQLSelector]
  private let columns: LatencyHeatMap.Columns
  private var numbers: [TraceMetrics.SpanKey: Int?] = [:]
  private var keys: [TraceMetrics.SpanKey] = []
  /// By key and column.
  private var histograms: [[Int: LatencyHistogram]] = []
  private var histogramCount = 0
  private var seen: Set<Int> = []

  /// - Parameter selectors: spans that none of them means are left out.
  init(_ selectors: [PromQLSelector], _ columns: LatencyHeatMap.Columns) {
    self.selectors = selectors.filter(\.mayMeanSpans)
    self.columns = columns
  }

  /// - Parameters:
  ///   - isFirst: whether the block begins a segment.
  ///   - isInside: whether a row's span ended in the columns.
  mutating func add(
    _ block: FoldableBlock, isFirst: Bool, _ isInside: (Int) -> Bool
  ) throws(PromQLError) {
    if isFirst || seen.count > QueryLimits.knownSpansMax { seen.removeAll(keepingCapacity: true) }
    let batch = block.batch
    let weights = SpanWeights(batch)
    // By resource, name, kind and outcome, so that most spans cost a look into a table.
    var found: [UInt64: Int?] = [:]
    for row in block.rows ?? Array(0..<batch.count) {
      let (kind, outcome) = (batch.kinds[row], batch.isAnnotated ? batch.outcomes[row] : .ok)
      let short =
        UInt64(batch.resourceIndices[row]) << 40 | UInt64(batch.nameIndices[row] & 0xff_ffff) << 16
        | UInt64(UInt8(truncatingIfNeeded: kind.rawValue)) << 8 | UInt64(outcome.rawValue)
      let number: Int?
      if let known = found[short] {
        number = known
      } else {
        number = try self.number(
          of: TraceMetrics.SpanKey(
            service: TraceMetrics.Service(NodeIdentity.service(of: batch.resource(at: row))),
            name: batch.name(at: row), kind: SpanKind(rawValue: Int32(UInt8(truncatingIfNeeded: kind.rawValue))),
            outcome: outcome))
        found[short] = .some(number)
      }
      guard let number, isInside(row), let column = columns.column(of: batch.ends[row]),
        seen.insert(batch.identity(at: row).hashValue).inserted
      else { continue }
      if histograms[number][column] == nil {
        histogramCount += 1
        try PromQLError.check(sampleCount: histogramCount * Self.samplesPerHistogram)
      }
      histograms[number][column, default: LatencyHistogram()]
        .record(batch.duration(at: row), times: weights.times(row))
    }
  }

  /// What one takes, in the samples that a query may hold.
  private static let samplesPerHistogram = 16

  /// Nil if nobody means it.
  private mutating func number(of key: TraceMetrics.SpanKey) throws(PromQLError) -> Int? {
    if let known = numbers[key] { return known }
    try PromQLError.check(sampleCount: numbers.count)
    let isWanted = selectors.contains { $0.mayMean(key) }
    let number = isWanted ? keys.count : nil
    numbers[key] = .some(number)
    if isWanted {
      keys.append(key)
      histograms.append([:])
    }
    return number
  }

  /// By column.
  func metrics() -> [Int: TraceMetrics] {
    var metrics: [Int: TraceMetrics] = [:]
    for (number, key) in keys.enumerated() {
      for (column, histogram) in histograms[number] {
        metrics[column, default: TraceMetrics()].spans[key] = histogram
      }
    }
    return metrics
  }
}
