import TraceModel

/// A series' fine buckets merged into few rows with round bounds: 1, 2, 5, 10 and so on, as finely as the limit allows.
///
/// A bucket belongs to the row whose bound its own upper bound does not exceed by more than the histogram's error of
/// 1.09 %, so that the bucket that ends at 10.01 ms counts as 10 ms. No count is lost.
struct LatencyRows {
  /// In rising order and without gaps; the first and last are not empty.
  private(set) var rows: [Row] = []

  struct Row: Equatable {
    /// Zero for the row of durations of nothing.
    var upperBound: Duration
    var count: UInt64
  }

  /// Round bounds of a decade, coarse to fine.
  private static let steps: [[UInt64]] = [
    [10_000], [10_000, 30_000], [10_000, 20_000, 50_000], [10_000, 15_000, 20_000, 30_000, 50_000, 70_000],
    [10_000, 12_000, 15_000, 18_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000],
  ]

  init(_ buckets: [LatencySeries.Bucket], rowsMax: Int = Limits.histogramRows) {
    let filled = buckets.filter { $0.count > 0 }
    guard let least = filled.first(where: { $0.upperBound > .zero })?.upperBound,
      let most = filled.map(\.upperBound).max()
    else {
      let zeros = filled.reduce(UInt128(0)) { $0 + UInt128($1.count) }
      if zeros > 0 { rows = [Row(upperBound: .zero, count: UInt64(clamping: zeros))] }
      return
    }
    // Twenty decades in the coarsest step are what 64 bits hold, so that one always fits.
    var bounds: [Duration] = []
    for step in Self.steps.reversed() {
      bounds = Self.bounds(step, from: least, to: most)
      if bounds.count + 1 <= rowsMax { break }
    }
    rows = [Row(upperBound: .zero, count: 0)] + bounds.map { Row(upperBound: $0, count: 0) }
    for bucket in filled {
      let row = rows.firstIndex { bucket.upperBound <= $0.upperBound.withinError } ?? rows.count - 1
      rows[row].count = UInt64(clamping: UInt128(rows[row].count) + UInt128(bucket.count))
    }
    while rows.first?.count == 0 { rows.removeFirst() }
  }

  private static func bounds(_ step: [UInt64], from least: Duration, to most: Duration) -> [Duration] {
    var bounds: [Duration] = []
    // Ten thousandths of nanoseconds, so that the steps of the first decade are whole numbers.
    var decade: UInt128 = 1
    while bounds.last.map({ $0.withinError < most }) ?? true {
      for part in step {
        let bound = Duration(nanoseconds: UInt64(clamping: UInt128(part) * decade / 10_000))
        if bound.withinError < least || bounds.last.map({ $0 >= bound }) ?? false { continue }
        bounds.append(bound)
        if bound.withinError >= most { return bounds }
      }
      decade *= 10
    }
    return bounds
  }
}

extension Duration {
  /// As much more as a bucket of the histogram may be off.
  fileprivate var withinError: Duration {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(nanoseconds / 92)
    return Duration(nanoseconds: overflow ? .max : sum)
  }
}
