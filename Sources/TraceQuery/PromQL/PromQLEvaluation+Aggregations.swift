extension PromQLEvaluation {
  func aggregated(
    _ aggregation: PromQLAggregation, _ samples: [PromQLSample]
  ) throws(PromQLError) -> [PromQLSample] {
    var groups: [MetricLabels: [PromQLSample]] = [:]
    for sample in samples { groups[aggregation.group(of: sample.labels), default: []].append(sample) }
    if let parameter = aggregation.parameter {
      let wanted = try scalar(parameter)
      // What is no number, or less than one, wants nothing.
      let count = wanted >= 1 ? Int(min(wanted, 1e9)) : 0
      return groups.sorted { $0.key < $1.key }.flatMap { _, group in
        group.filter { $0.float != nil }
          .sorted { PromQLSample.comes($0, before: $1, isDescending: aggregation.operation == .topk) }.prefix(count)
      }
    }
    return groups.sorted { $0.key < $1.key }.compactMap { labels, group in
      Self.value(of: aggregation.operation, group).map { PromQLSample(labels, $0) }
    }
  }

  /// Nil where there is nothing to be told: the least of histograms, or the sum of them and of numbers.
  private static func value(
    of operation: PromQLAggregation.Operator, _ group: [PromQLSample]
  ) -> PromQLSample.Value? {
    let floats = group.compactMap(\.float)
    switch operation {
    case .count: return .float(Double(group.count))
    case .group: return .float(1)
    case .min: return floats.isEmpty ? nil : .float(floats.reduce(.nan) { $0.isNaN || $1 < $0 ? $1 : $0 })
    case .max: return floats.isEmpty ? nil : .float(floats.reduce(.nan) { $0.isNaN || $1 > $0 ? $1 : $0 })
    case .sum, .avg:
      let share = operation == .avg ? 1 / Double(group.count) : 1
      if floats.count == group.count { return .float(floats.reduce(0, +) * share) }
      guard floats.isEmpty else { return nil }
      var sum = MetricHistogram()
      for case .histogram(let histogram) in group.map(\.value) { sum += histogram }
      return .histogram(operation == .avg ? sum.scaled(by: share) : sum)
    case .topk, .bottomk: return nil
    }
  }
}
