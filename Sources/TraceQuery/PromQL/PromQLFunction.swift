/// The functions that can be called. What a function needs stands in `parameters`.
enum PromQLFunction: String, Sendable, CaseIterable {
  case rate, increase
  case histogramQuantile = "histogram_quantile"
  case histogramCount = "histogram_count"
  case histogramSum = "histogram_sum"
  case histogramAvg = "histogram_avg"
  case labelReplace = "label_replace"
  case labelJoin = "label_join"
  case vector, scalar, time, absent
  case sort
  case sortDescending = "sort_desc"
  case abs, ceil, floor, exp, ln, log2, log10, sqrt, round, sgn
  case clamp
  case clampMin = "clamp_min"
  case clampMax = "clamp_max"

  var parameters: [PromQLExpression.Kind] {
    switch self {
    case .rate, .increase: [.matrix]
    case .histogramQuantile: [.scalar, .vector]
    case .labelReplace: [.vector, .string, .string, .string, .string]
    case .labelJoin: [.vector, .string, .string]
    case .vector: [.scalar]
    case .time: []
    case .clamp: [.vector, .scalar, .scalar]
    case .clampMin, .clampMax: [.vector, .scalar]
    default: [.vector]
    }
  }

  /// How many more there may be, of the last one's kind.
  var extraMax: Int { self == .labelJoin ? 32 : 0 }

  var result: PromQLExpression.Kind {
    switch self {
    case .scalar, .time: .scalar
    default: .vector
    }
  }

  /// Those that Prometheus has and Spoor cannot answer, because it keeps counts and no samples.
  static let ofSamples: Set<String> = [
    "irate", "idelta", "delta", "deriv", "predict_linear", "changes", "resets", "avg_over_time", "min_over_time",
    "max_over_time", "sum_over_time", "count_over_time", "quantile_over_time", "stddev_over_time", "stdvar_over_time",
    "last_over_time", "present_over_time", "absent_over_time", "mad_over_time", "double_exponential_smoothing",
    "holt_winters",
  ]
}
