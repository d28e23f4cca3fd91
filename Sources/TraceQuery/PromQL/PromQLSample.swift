/// One series at one moment.
package struct PromQLSample: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case float(Double)
    case histogram(MetricHistogram)
  }

  package var labels: MetricLabels
  package var value: Value

  init(_ labels: MetricLabels, _ value: Value) {
    self.labels = labels
    self.value = value
  }

  init(_ labels: MetricLabels, _ float: Double) { self.init(labels, .float(float)) }

  /// Nil for a histogram.
  var float: Double? { if case .float(let float) = value { float } else { nil } }
}

extension PromQLSample.Value {
  /// What it counts for in the bound on samples.
  var size: Int { if case .histogram(let histogram) = self { histogram.buckets.count + 1 } else { 1 } }
}

/// What a query comes to at one moment.
package enum PromQLValue: Hashable, Sendable {
  case scalar(Double)
  case string(String)
  case vector([PromQLSample])
}
