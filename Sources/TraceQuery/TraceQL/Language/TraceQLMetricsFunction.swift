/// What is worked out for each step of time.
package enum TraceQLMetricsFunction: Hashable, Sendable {
  /// Spans a second.
  case rate
  case countOverTime
  /// Of durations, in seconds.
  case minOverTime(TraceQLField)
  case maxOverTime(TraceQLField)
  case avgOverTime(TraceQLField)
  case sumOverTime(TraceQLField)
  /// From 0 to 1 each, at least one; a series for each.
  case quantileOverTime(TraceQLField, [Double])
  /// A series for each bucket: powers of two.
  case histogramOverTime(TraceQLField)
  case compare(TraceQLComparison)
}

extension TraceQLMetricsFunction: CustomStringConvertible {
  package var description: String {
    switch self {
    case .rate: "rate()"
    case .countOverTime: "count_over_time()"
    case .minOverTime(let field): "min_over_time(\(field))"
    case .maxOverTime(let field): "max_over_time(\(field))"
    case .avgOverTime(let field): "avg_over_time(\(field))"
    case .sumOverTime(let field): "sum_over_time(\(field))"
    case .quantileOverTime(let field, let quantiles):
      "quantile_over_time(\(field), \(quantiles.map { "\($0)" }.joined(separator: ", ")))"
    case .histogramOverTime(let field): "histogram_over_time(\(field))"
    case .compare(let comparison): comparison.description
    }
  }

  /// What the figures are of; nil where spans are counted.
  package var field: TraceQLField? {
    switch self {
    case .rate, .countOverTime, .compare: nil
    case .minOverTime(let field), .maxOverTime(let field), .avgOverTime(let field), .sumOverTime(let field),
      .quantileOverTime(let field, _), .histogramOverTime(let field):
      field
    }
  }
}
