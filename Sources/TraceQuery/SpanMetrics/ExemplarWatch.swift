import TraceLinking
import TraceModel

/// Picks spans to show as blocks go by: of each series and bucket one of the last.
struct ExemplarWatch {
  /// In no order, at most one for each bucket.
  private(set) var found: [MetricLabels: [SpanExemplar]] = [:]
  /// What is known of spans by service, name, kind and outcome.
  private var labels: [TraceMetrics.SpanKey: MetricLabels] = [:]

  /// What the other one found replaces what is here of the same series.
  mutating func merge(_ other: ExemplarWatch) {
    for (labels, exemplars) in other.found where found[labels] != nil || found.count < Self.seriesMax {
      found[labels] = exemplars
    }
  }

  /// Of spans and of edges.
  private static var seriesMax: Int { 2 * QueryLimits.metricSeriesMax }

  /// Looks at some of a block's spans.
  mutating func look(at block: FoldableBlock) {
    let batch = block.batch
    let rows = block.rows ?? Array(0..<batch.count)
    let step = max(1, rows.count / QueryLimits.exemplarsPerBlock)
    /// Spans that somebody called, by their parents.
    var called: [SpanID: Int] = [:]
    for place in stride(from: 0, to: rows.count, by: step) {
      let row = rows[place]
      guard batch.hasSoundTimes(at: row, receivedAt: block.receivedAt) else { continue }
      keep(SpanExemplar(batch, row: row), labels(of: row, batch), TraceMetricFamily.latency.bounds)
      guard batch.kinds[row] == .server else { continue }
      let parent = batch.parentSpanIDs[row]
      if parent.isZero {
        keepCall(from: TraceMetrics.Service(NodeIdentity.user), row, row, .user, batch)
      } else {
        called[parent] = row
      }
    }
    if called.isEmpty { return }
    for row in rows {
      guard let child = called[batch.spanIDs[row]], batch.traceIDs[child] == batch.traceIDs[row] else { continue }
      let caller = TraceMetrics.Service(NodeIdentity.service(of: batch.resource(at: row)))
      // As the caller saw it, as in the figures.
      let isSeen = batch.kinds[row].isOutgoing && batch.hasSoundTimes(at: row, receivedAt: block.receivedAt)
      keepCall(from: caller, child, isSeen ? row : child, .call, batch)
    }
  }

  private mutating func keepCall(
    from caller: TraceMetrics.Service, _ child: Int, _ seen: Int, _ kind: ServiceMap.EdgeKind, _ batch: SpanBatch
  ) {
    let callee = TraceMetrics.Service(NodeIdentity.service(of: batch.resource(at: child)))
    if caller == callee { return }
    let labels = MetricLabels(TraceMetrics.EdgeKey(client: caller, server: callee, kind: kind))
    keep(SpanExemplar(batch, row: seen), labels, TraceMetricFamily.serverSeconds.bounds)
  }

  private mutating func labels(of row: Int, _ batch: SpanBatch) -> MetricLabels {
    let key = TraceMetrics.SpanKey(
      service: TraceMetrics.Service(NodeIdentity.service(of: batch.resource(at: row))), name: batch.name(at: row),
      kind: SpanKind(rawValue: Int32(UInt8(truncatingIfNeeded: batch.kinds[row].rawValue))),
      outcome: batch.isAnnotated ? batch.outcomes[row] : .ok)
    if let known = labels[key] { return known }
    let new = MetricLabels(key)
    if labels.count < Self.seriesMax { labels[key] = new }
    return new
  }

  private mutating func keep(_ exemplar: SpanExemplar, _ labels: MetricLabels, _ bounds: [Double]) {
    guard found[labels] != nil || found.count < Self.seriesMax else { return }
    let bucket = exemplar.bucket(bounds)
    found[labels, default: []].removeAll { $0.bucket(bounds) == bucket }
    found[labels, default: []].append(exemplar)
  }
}
