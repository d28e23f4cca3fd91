/// Figures over time of the spans that a pipeline leaves.
package struct TraceQLMetrics: Hashable, Sendable {
  package var function: TraceQLMetricsFunction
  /// One series for each combination of their values. Always empty with `compare`.
  package var by: [TraceQLField]
  /// What is done to the series, in this order.
  package var stages: [TraceQLSecondStage]

  package init(_ function: TraceQLMetricsFunction, by: [TraceQLField] = [], stages: [TraceQLSecondStage] = []) {
    self.function = function
    self.by = by
    self.stages = stages
  }
}

extension TraceQLMetrics: CustomStringConvertible {
  package var description: String {
    var text = function.description
    if !by.isEmpty { text += " by (\(by.map(\.description).joined(separator: ", ")))" }
    for stage in stages { text += stage.isComparison ? " \(stage)" : " | \(stage)" }
    return text
  }
}
