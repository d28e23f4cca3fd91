import TraceModel

/// Sums spans up into series as they come by. Memory is bounded: series that would be too many are dropped, and counted.
struct MetricsFold {
  private let question: MetricsQuestion
  private let columns: SpanMetrics.Columns
  private let kind: SeriesSums.Kind
  private let seriesMax: Int

  /// By the values of the fields, in their order.
  private var numbers: [[AttributeValue]: Int] = [:]
  private var labels: [[AttributeValue]] = []
  private var series: [SeriesSums] = []
  /// By hash: a few that share one are one.
  private var dropped: Set<Int> = []
  private var exemplarCount = 0
  private(set) var spans: UInt64 = 0

  private static let isDropped = -1

  init(_ question: MetricsQuestion, _ columns: SpanMetrics.Columns) {
    self.question = question
    self.columns = columns
    kind =
      switch question.metrics.function {
      case .rate, .countOverTime, .compare: .counts
      case .minOverTime: .least
      case .maxOverTime: .most
      case .avgOverTime: .averages
      case .sumOverTime: .sums
      case .quantileOverTime, .histogramOverTime: .histograms
      }
    seriesMax = max(
      1,
      min(
        QueryLimits.metricsSeriesMax,
        QueryLimits.metricsFiguresMax / (max(1, columns.count) * SeriesSums.weight(of: kind))))
  }

  /// Which of the fields a batch without details does not tell.
  static func needsDetails(_ metrics: TraceQLMetrics) -> Bool {
    (metrics.by + [metrics.function.field].compactMap { $0 }).contains { field in
      switch field {
      case .attribute(.resource, _): false
      case .intrinsic(let intrinsic): ![.name, .status, .kind, .duration].contains(intrinsic)
      default: true
      }
    }
  }

  /// - Parameters:
  ///   - rows: of spans that match.
  ///   - value: what a field is for a row.
  mutating func add(
    _ batch: SpanBatch, rows: [Int], _ value: (TraceQLField, Int) throws(CodingError) -> TraceQLValue
  ) throws(CodingError) {
    let figures = try question.metrics.function.field.map { (field) throws(CodingError) in
      try Figures(field, batch, rows, value)
    }
    let (starts, ends) = (batch.starts, batch.ends)
    // What counts nowhere takes no series from what does.
    let rows =
      question.metrics.by.isEmpty
      ? rows
      : rows.filter { row in
        columns.column(of: starts[row]) != nil && figures.map { $0[row] != nil } ?? true
      }
    let series = try seriesNumbers(batch, rows, value)
    for (position, row) in rows.enumerated() {
      guard let column = columns.column(of: starts[row]), series[position] != Self.isDropped else { continue }
      let number = series[position]
      var figure: Double?
      if let figures {
        guard let found = figures[row] else { continue }
        self.series[number].add(found, to: column)
        figure = found
      } else {
        self.series[number].count(column)
      }
      spans &+= 1
      if exemplarCount < question.exemplarsMax, wantsExemplar(number, column) {
        exemplarCount += 1
        self.series[number].exemplars.append(
          SpanMetrics.Exemplar(
            traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], time: starts[row],
            value: figure ?? Double(ends[row].since(starts[row]).nanoseconds) / 1e9))
      }
    }
  }

  /// One a column at most, and no more of a series than leaves some for others.
  private func wantsExemplar(_ number: Int, _ column: Int) -> Bool {
    let known = series[number].exemplars
    guard known.count < max(1, question.exemplarsMax / max(1, series.count)) else { return false }
    return !known.contains { columns.column(of: $0.time) == column }
  }

  // MARK: Which series

  /// By position in `rows`.
  private mutating func seriesNumbers(
    _ batch: SpanBatch, _ rows: [Int], _ value: (TraceQLField, Int) throws(CodingError) -> TraceQLValue
  ) throws(CodingError) -> [Int] {
    let fields = question.metrics.by
    guard !fields.isEmpty else { return [Int](repeating: seriesNumber([]), count: rows.count) }
    var parts: [FieldCodes] = []
    for field in fields { parts.append(try FieldCodes(field, batch, rows: rows, value)) }
    if parts.count == 1 {
      let part = parts[0]
      var known = [Int?](repeating: nil, count: part.values.count)
      return rows.map { row in
        let code = Int(part.codes[row])
        if let number = known[code] { return number }
        let number = seriesNumber([part.values[code]])
        known[code] = number
        return number
      }
    }
    var known: [[UInt32]: Int] = [:]
    return rows.map { row in
      let codes = parts.map { $0.codes[row] }
      if let number = known[codes] { return number }
      let number = seriesNumber(zip(parts, codes).map { $0.values[Int($1)] })
      known[codes] = number
      return number
    }
  }

  private mutating func seriesNumber(_ all: [AttributeValue]) -> Int {
    let values = all.map(\.asLabel)
    if let known = numbers[values] { return known }
    guard series.count < seriesMax else {
      if dropped.count < QueryLimits.metricsDroppedMax { dropped.insert(values.hashValue) }
      return Self.isDropped
    }
    numbers[values] = series.count
    labels.append(values)
    series.append(SeriesSums(kind, columns: columns.count))
    return series.count - 1
  }

  // MARK: What comes of it

  func answer(cut: AnswerCut?) -> SpanMetrics {
    var answer = SpanMetrics(
      columns: columns, droppedSeries: UInt64(dropped.count), spans: spans,
      cut: cut ?? (dropped.isEmpty ? nil : .limit))
    let function = question.metrics.function
    let stepSeconds = Double(columns.step.nanoseconds) / 1e9
    for (sums, values) in zip(series, labels) {
      let own = zip(question.metrics.by, values).map { Attribute($0.description, $1) }
      func add(_ more: [Attribute], _ points: [Double?]) {
        guard points.contains(where: { $0 != nil }) else { return }
        var one = SpanMetrics.Series(labels: own + more, points: points, exemplars: sums.exemplars)
        if one.labels.isEmpty { one.labels = [Attribute("__name__", .string(function.name))] }
        if kind == .counts {
          for number in one.exemplars.indices {
            guard let column = columns.column(of: one.exemplars[number].time) else { continue }
            one.exemplars[number].value = points[column] ?? 0
          }
        }
        answer.series.append(one)
      }
      switch function {
      case .quantileOverTime(_, let quantiles):
        for quantile in quantiles { add([Attribute("p", .double(quantile))], sums.quantiles(quantile)) }
      case .histogramOverTime:
        for (bound, points) in sums.buckets { add([Attribute("__bucket", .double(bound))], points) }
      default: add([], sums.points(function, stepSeconds: stepSeconds))
      }
    }
    answer.sortSeries()
    for stage in question.metrics.stages { answer.apply(stage) }
    return answer
  }
}

extension TraceQLMetricsFunction {
  /// As it is called.
  var name: String { String(description.prefix { $0 != "(" }) }
}

/// Numbers of rows: durations in seconds.
private struct Figures {
  private enum Source {
    case durations([Timestamp], [Timestamp])
    case codes([UInt32], [Double?])
  }

  private let source: Source

  init(
    _ field: TraceQLField, _ batch: SpanBatch, _ rows: [Int],
    _ value: (TraceQLField, Int) throws(CodingError) -> TraceQLValue
  ) throws(CodingError) {
    if field == .intrinsic(.duration) {
      source = .durations(batch.starts, batch.ends)
      return
    }
    if case .attribute = field {
      let codes = try FieldCodes(field, batch, rows: rows, value)
      source = .codes(codes.codes, codes.values.map { TraceQLValue($0).number })
      return
    }
    var numbers = [Double?](repeating: nil, count: batch.count)
    for row in rows {
      let found = try value(field, row)
      if case .duration(let nanoseconds) = found {
        numbers[row] = Double(nanoseconds) / 1e9
      } else {
        numbers[row] = found.number
      }
    }
    source = .codes(Array(0..<UInt32(batch.count)), numbers)
  }

  subscript(row: Int) -> Double? {
    switch source {
    case .durations(let starts, let ends): Double(ends[row].since(starts[row]).nanoseconds) / 1e9
    case .codes(let codes, let numbers): numbers[Int(codes[row])]
    }
  }
}
