/// A question in TraceQL (https://grafana.com/docs/tempo/latest/traceql/): which spans, put together how, and, if figures
/// over time are wanted, which.
///
///     { resource.service.name = "cart" } >> { status = error } | by(name) | count() > 2
///     { kind = server } | quantile_over_time(duration, .99) by (resource.service.name) | topk(5)
package struct TraceQLQuery: Hashable, Sendable {
  package var pipeline: TraceQLPipeline
  /// Nil for a question about traces.
  package var metrics: TraceQLMetrics?
  /// `with(name=value, …)` at the end. Unknown ones are not refused, as in Tempo.
  package var hints: [TraceQLHint]

  package init(_ pipeline: TraceQLPipeline, _ metrics: TraceQLMetrics? = nil, hints: [TraceQLHint] = []) {
    self.pipeline = pipeline
    self.metrics = metrics
    self.hints = hints
  }
}

extension TraceQLQuery: CustomStringConvertible {
  /// As it is written: reading it gives the same query.
  package var description: String {
    var text = pipeline.description
    if let metrics { text += " | \(metrics)" }
    if !hints.isEmpty { text += " with(\(hints.map(\.description).joined(separator: ", ")))" }
    return text
  }
}
