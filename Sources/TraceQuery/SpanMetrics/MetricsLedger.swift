import TraceLinking
import TraceModel

/// What has been answered: counts that never fall, of a bounded number of series.
struct MetricsLedger {
  private let seriesMax: Int
  private var metrics = TraceMetrics()

  init(seriesMax: Int) {
    self.seriesMax = seriesMax
  }

  /// - Parameter now: what has been counted by now.
  mutating func take(_ now: TraceMetrics) {
    take(now.spans)
    // What has no room is counted together before it is compared with what was answered.
    var edges: [TraceMetrics.EdgeKey: TraceMetrics.EdgeFigures] = [:]
    var edgeRoom = seriesMax - metrics.edges.count
    for (key, figures) in now.edges.sorted(by: { $0.value.outcomes.total > $1.value.outcomes.total }) {
      var own = key
      if metrics.edges[key] == nil {
        if edgeRoom > 0 || key.isOverflow { edgeRoom -= 1 } else { own = key.overflow }
      }
      edges[own, default: TraceMetrics.EdgeFigures()] += figures
    }
    for (key, figures) in edges { metrics.edges[key, default: TraceMetrics.EdgeFigures()].rise(to: figures) }
    metrics.services.formUnion(now.services)
    metrics.unpaired = max(metrics.unpaired, now.unpaired)
  }

  /// A name that was told apart may be among the rest later, and the other way round. So the rest is all that is not
  /// counted apart, and nothing counts twice.
  private mutating func take(_ now: [TraceMetrics.SpanKey: LatencyHistogram]) {
    var room = seriesMax - metrics.spans.count
    var rest: [TraceMetrics.SpanKey: LatencyHistogram] = [:]
    for (key, latency) in now.sorted(by: { $0.value.count > $1.value.count }) {
      rest[key.overflow, default: LatencyHistogram()] += latency
      if key.isOverflow { continue }
      if metrics.spans[key] == nil {
        if room <= 0 { continue }
        room -= 1
      }
      metrics.spans[key, default: LatencyHistogram()].rise(to: latency)
    }
    for (key, latency) in metrics.spans where !key.isOverflow { rest[key.overflow]? -= latency }
    for (key, latency) in rest where latency.count > 0 {
      metrics.spans[key, default: LatencyHistogram()].rise(to: latency)
    }
  }

  func figures(exemplars: [MetricLabels: [SpanExemplar]]) -> LifetimeFigures {
    LifetimeFigures(
      metrics: metrics, exemplars: exemplars,
      overflowedSpans: metrics.spans.reduce(0) { $0 + ($1.key.isOverflow ? $1.value.count : 0) },
      overflowedCalls: metrics.edges.reduce(0) { $0 + ($1.key.isOverflow ? $1.value.outcomes.total : 0) })
  }
}

/// What a process has counted since it started.
package struct LifetimeFigures: Sendable {
  package var metrics = TraceMetrics()
  /// By the labels of a span's or an edge's series.
  package var exemplars: [MetricLabels: [SpanExemplar]] = [:]
  /// What is in series of what is past a bound.
  package var overflowedSpans: UInt64 = 0
  package var overflowedCalls: UInt64 = 0

  package init(
    metrics: TraceMetrics = TraceMetrics(), exemplars: [MetricLabels: [SpanExemplar]] = [:],
    overflowedSpans: UInt64 = 0, overflowedCalls: UInt64 = 0
  ) {
    self.metrics = metrics
    self.exemplars = exemplars
    self.overflowedSpans = overflowedSpans
    self.overflowedCalls = overflowedCalls
  }
}

extension TraceMetrics.SpanKey {
  var isOverflow: Bool { name == LinkingLimits.otherName || service.name == LinkingLimits.otherName }

  var overflow: TraceMetrics.SpanKey {
    TraceMetrics.SpanKey(
      service: TraceMetrics.Service(name: LinkingLimits.otherName), name: LinkingLimits.otherName, kind: kind,
      outcome: outcome)
  }
}

extension TraceMetrics.EdgeKey {
  var isOverflow: Bool { client.name == LinkingLimits.otherName || server.name == LinkingLimits.otherName }

  var overflow: TraceMetrics.EdgeKey {
    let other = TraceMetrics.Service(name: LinkingLimits.otherName)
    return TraceMetrics.EdgeKey(client: other, server: other, kind: kind)
  }
}

extension TraceMetrics.EdgeFigures {
  mutating func rise(to now: TraceMetrics.EdgeFigures) {
    outcomes = OutcomeCounts(
      ok: max(outcomes.ok, now.outcomes.ok), error: max(outcomes.error, now.outcomes.error),
      throttle: max(outcomes.throttle, now.outcomes.throttle), fault: max(outcomes.fault, now.outcomes.fault))
    latency.rise(to: now.latency)
    queueTime.rise(to: now.queueTime)
  }
}

extension LatencyHistogram {
  /// Each bucket becomes the larger of the two.
  mutating func rise(to now: LatencyHistogram) {
    if self == now || now.count == 0 { return }
    var buckets: [Int: UInt64] = [:]
    for histogram in [self, now] {
      for (position, count) in histogram.bucketCounts.enumerated() where count > 0 {
        buckets[histogram.offset + position] = Swift.max(buckets[histogram.offset + position] ?? 0, count)
      }
    }
    self = LatencyHistogram(
      sumNanoseconds: Int128(clamping: Swift.max(sumNanoseconds, now.sumNanoseconds)),
      least: Swift.min(min ?? Duration(nanoseconds: .max), now.min ?? Duration(nanoseconds: .max)),
      most: Swift.max(max ?? .zero, now.max ?? .zero), zeroCount: Int64(clamping: Swift.max(zeroCount, now.zeroCount)),
      buckets: buckets.sorted { $0.key < $1.key }.map { (index: $0.key, count: Int64(clamping: $0.value)) })
  }
}
