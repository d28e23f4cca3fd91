extension PromQLEvaluation {
  /// Of native histograms, and of classic buckets by their label `le`.
  func quantiles(_ share: Double, _ samples: [PromQLSample]) -> [PromQLSample] {
    var classic: [MetricLabels: [ClassicBucket]] = [:]
    var found: [PromQLSample] = []
    for sample in samples {
      switch sample.value {
      case .histogram(let histogram): found.append(PromQLSample(sample.labels.nameless, histogram.quantile(share)))
      case .float(let count):
        guard let bound = ClassicBucket.bound(sample.labels["le"]) else { continue }
        classic[sample.labels.nameless.dropping(["le"]), default: []].append(ClassicBucket(bound: bound, count: count))
      }
    }
    for (labels, buckets) in classic.sorted(by: { $0.key < $1.key }) {
      found.append(PromQLSample(labels, ClassicBucket.quantile(share, buckets)))
    }
    return found
  }
}

/// How many were at most as large as a bound.
private struct ClassicBucket {
  var bound: Double
  var count: Double

  static func bound(_ text: String) -> Double? {
    text == "+Inf" ? .infinity : Double(text)
  }

  /// As Prometheus tells it: straight within a bucket.
  static func quantile(_ share: Double, _ buckets: [ClassicBucket]) -> Double {
    if share.isNaN { return .nan }
    if share < 0 { return -.infinity }
    if share > 1 { return .infinity }
    var sorted: [ClassicBucket] = []
    for bucket in buckets.sorted(by: { $0.bound < $1.bound }) {
      if let last = sorted.last, last.bound == bucket.bound {
        sorted[sorted.count - 1].count += bucket.count
      } else {
        sorted.append(bucket)
      }
    }
    for place in sorted.indices.dropFirst() { sorted[place].count = max(sorted[place].count, sorted[place - 1].count) }
    guard sorted.count >= 2, let last = sorted.last, last.bound == .infinity, last.count > 0 else { return .nan }
    let rank = share * last.count
    let place = sorted.dropLast().firstIndex { $0.count >= rank } ?? sorted.count - 1
    if place == sorted.count - 1 { return sorted[place - 1].bound }
    if place == 0 && sorted[0].bound <= 0 { return sorted[0].bound }
    let (start, before) = place == 0 ? (0, 0) : (sorted[place - 1].bound, sorted[place - 1].count)
    let count = sorted[place].count - before
    return count == 0 ? start : start + (sorted[place].bound - start) * ((rank - before) / count)
  }
}
