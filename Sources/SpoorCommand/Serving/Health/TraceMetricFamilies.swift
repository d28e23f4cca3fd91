import Rendering
import TraceModel
import TraceQuery

/// What has come in since the start by service, span and edge, under the names of Tempo's metrics generator.
enum TraceMetricFamilies {
  static func families(_ figures: LifetimeFigures) -> [MetricFamily] {
    TraceMetricFamily.allCases.map { family($0, figures) } + [
      MetricFamily(
        .counter, "spoor_trace_metrics_overflow_total",
        "Spans and calls that are counted under otel_metric_overflow because there are too many series.", by: "metric",
        ["traces_service_graph": figures.overflowedCalls, "traces_spanmetrics": figures.overflowedSpans])
    ]
  }

  private static func family(_ family: TraceMetricFamily, _ figures: LifetimeFigures) -> MetricFamily {
    var (samples, histograms): ([MetricFamily.Sample], [MetricFamily.Histogram]) = ([], [])
    for (labels, figure) in family.figures(in: figures.metrics).sorted(by: { $0.key < $1.key }) {
      let own = labels.all.map { MetricFamily.Label($0.name, $0.value) }
      switch figure {
      case .count(let count): samples.append(MetricFamily.Sample(Double(count), labels: own))
      case .histogram(let latency):
        let exemplars = family == .messagingSeconds ? [] : figures.exemplars[labels] ?? []
        histograms.append(MetricFamily.Histogram(own, family.bounds, latency, exemplars))
      }
    }
    guard family.kind == .histogram else {
      return MetricFamily(family.kind == .counter ? .counter : .gauge, family.name, family.help, samples)
    }
    return MetricFamily(family.name, family.help, histograms)
  }
}

extension MetricFamily.Histogram {
  fileprivate init(
    _ labels: [MetricFamily.Label], _ bounds: [Double], _ latency: LatencyHistogram, _ exemplars: [SpanExemplar]
  ) {
    self.init(
      labels: labels, bounds: bounds, counts: latency.counts(upTo: bounds), count: latency.count,
      sum: Double(latency.sumNanoseconds) / 1e9)
    let buckets = MetricHistogram(latency).buckets
    native = MetricFamily.NativeBuckets(
      schema: MetricHistogram.schema, zeroCount: latency.zeroCount, indices: buckets.map(\.index),
      counts: buckets.map { UInt64($0.count) })
    for exemplar in exemplars {
      self.exemplars[exemplar.bucket(bounds)] = MetricFamily.Exemplar(
        Double(exemplar.duration.nanoseconds) / 1e9, at: exemplar.end,
        labels: [
          MetricFamily.Label("trace_id", "\(exemplar.traceID)"), MetricFamily.Label("span_id", "\(exemplar.spanID)"),
        ])
    }
  }
}
