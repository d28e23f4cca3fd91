import TraceModel

/// What is summed up of one series, column by column.
struct SeriesSums {
  enum Kind {
    case counts, sums, averages, least, most, histograms
  }

  private let kind: Kind
  private(set) var counts: [UInt64] = []
  /// Sums, or extremes.
  private var numbers: [Double] = []
  /// Of nanoseconds; of other numbers, of a billionth of them, so that quantiles of small ones are told.
  private(set) var histograms: [LatencyHistogram] = []
  var exemplars: [SpanMetrics.Exemplar] = []

  init(_ kind: Kind, columns: Int) {
    self.kind = kind
    counts = [UInt64](repeating: 0, count: columns)
    if kind == .histograms {
      histograms = [LatencyHistogram](repeating: LatencyHistogram(), count: columns)
    } else if kind != .counts {
      numbers = [Double](repeating: 0, count: columns)
    }
  }

  /// How much memory a column takes compared with the cheapest kind's.
  static func weight(of kind: Kind) -> Int { kind == .histograms ? 32 : 1 }

  mutating func count(_ column: Int) { counts[column] &+= 1 }

  /// - Parameter number: durations in seconds.
  mutating func add(_ number: Double, to column: Int) {
    let isFirst = counts[column] == 0
    counts[column] &+= 1
    switch kind {
    case .counts: break
    case .sums, .averages: numbers[column] += number
    case .least: numbers[column] = isFirst ? number : min(numbers[column], number)
    case .most: numbers[column] = isFirst ? number : max(numbers[column], number)
    case .histograms:
      // What is negative counts as nothing, and what is above 18 billion as that.
      let billionths = (number * 1e9).rounded()
      let clamped = billionths >= 0x1p64 ? UInt64.max : billionths > 0 ? UInt64(billionths) : 0
      histograms[column].record(Duration(nanoseconds: clamped))
    }
  }

  /// - Parameter stepSeconds: of one column.
  func points(_ function: TraceQLMetricsFunction, stepSeconds: Double) -> [Double?] {
    counts.indices.map { column in
      let count = Double(counts[column])
      switch function {
      case .rate: return count / stepSeconds
      case .countOverTime: return count
      case .avgOverTime: return count == 0 ? nil : numbers[column] / count
      default: return count == 0 ? nil : numbers[column]
      }
    }
  }

  func quantiles(_ quantile: Double) -> [Double?] {
    histograms.map { $0.count == 0 ? nil : Double($0.quantile(quantile).nanoseconds) / 1e9 }
  }

  /// By upper bound, powers of two of a nanosecond, in seconds.
  var buckets: [(bound: Double, points: [Double?])] {
    var found: [Int: [Double?]] = [:]
    for (column, histogram) in histograms.enumerated() {
      func add(_ count: UInt64, _ bucket: Int) {
        var points = found[bucket] ?? [Double?](repeating: 0, count: histograms.count)
        points[column] = (points[column] ?? 0) + Double(count)
        found[bucket] = points
      }
      if histogram.zeroCount > 0 { add(histogram.zeroCount, -1) }
      for (position, count) in histogram.bucketCounts.enumerated() where count > 0 {
        // 32 buckets a doubling; bucket i ends at 2^((i + 1) / 32).
        add(count, max(0, (histogram.offset + position) / 32 + (histogram.offset + position < 0 ? 0 : 1)))
      }
    }
    return found.sorted { $0.key < $1.key }.map { bucket, points in
      (bucket < 0 ? 0 : Double(sign: .plus, exponent: bucket, significand: 1) / 1e9, points)
    }
  }
}
