import RingStore
import TraceLinking
import TraceModel

extension TraceQueries {
  /// How often services were called over time, how often that failed, and how long it took.
  ///
  /// The requests that services served come from the minutes in the footers, and what failed are their faults. Spans of
  /// other kinds, and span names, are counted by going through the newest `QueryLimits.ratedSpansMax` spans of the window;
  /// what failed are those with an ERROR status.
  package func callRates(_ question: RateQuestion) throws(QueryError) -> Answer<CallRates> {
    let snapshot = try takeSnapshot()
    var answer = Answer(
      value: CallRates(columns: question.columns), missingBlocks: snapshot.damage.count, retention: snapshot.retention)
    guard question.columns.count > 0 else { return answer }
    if question.isOfRequests {
      var heatMap = HeatMapQuestion(snapshot, folds, isAbandoned)
      answer.value.series = try heatMap.requests(question.columns)
        .filter { question.services.isEmpty || question.services.contains($0.service) }
      answer.missingBlocks += heatMap.missingBlocks
    } else {
      var count = RateCount(question)
      let window = TimeWindow(from: question.columns.from, to: question.columns.to)
      let outcome = try SpanScan(snapshot, window, isAbandoned).forEachBlock(spansMax: QueryLimits.ratedSpansMax) {
        count.add($0, isFirst: $1, isInside: $2)
        return true
      }
      (answer.value.series, answer.value.isCut) = (count.series, outcome.isCut || count.isCut)
      answer.missingBlocks += outcome.missingBlocks
    }
    return answer
  }
}

/// Counts spans, each once in its segment.
private struct RateCount {
  private struct Key: Hashable {
    var service: String
    var spanName: String?
  }

  private let question: RateQuestion
  private var cells: [Key: [Int: CallRates.Cell]] = [:]
  private var seen: Set<Int> = []
  private(set) var isCut = false

  init(_ question: RateQuestion) {
    self.question = question
  }

  mutating func add(_ block: FoldableBlock, isFirst: Bool, isInside: (Int) -> Bool) {
    if isFirst || seen.count > QueryLimits.knownSpansMax { seen.removeAll(keepingCapacity: true) }
    let weights = SpanWeights(block.batch)
    let services = block.batch.resources.map { NodeIdentity.service(of: $0).name }
    let isWanted = services.map { question.services.isEmpty || question.services.contains($0) }
    for row in block.rows ?? Array(0..<block.batch.count) {
      let resource = Int(block.batch.resourceIndices[row])
      guard isWanted[resource], question.kinds.contains(block.batch.kinds[row]), isInside(row),
        let column = question.columns.column(of: block.batch.ends[row]),
        seen.insert(block.batch.identity(at: row).hashValue).inserted
      else { continue }
      let key = Key(
        service: services[resource], spanName: question.isBySpanName ? block.batch.name(at: row) : nil)
      if cells[key] == nil, cells.count >= QueryLimits.rateSeriesMax {
        isCut = true
        continue
      }
      let times = weights.times(row)
      var cell = CallRates.Cell(calls: times, failed: block.batch.statusCodes[row] == .error ? times : 0)
      cell.latency.record(block.batch.duration(at: row), times: times)
      cells[key, default: [:]][column, default: CallRates.Cell()] += cell
    }
  }

  var series: [CallRates.Series] {
    cells.map { CallRates.Series(service: $0.key.service, spanName: $0.key.spanName, cells: $0.value) }
      .sorted { ($0.service, $0.spanName ?? "") < ($1.service, $1.spanName ?? "") }
  }
}
