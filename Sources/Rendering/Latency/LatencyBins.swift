import TraceModel

/// A series' fine buckets merged into equal parts of a doubling, few enough to be bars. No count is lost.
struct LatencyBins {
  /// In rising order; each holds something.
  private(set) var bins: [Bin] = []
  /// Durations of nothing, which a logarithmic axis has no place for.
  private(set) var zeroCount: UInt64 = 0

  /// Ends in doublings of a nanosecond: 10 is 1,024 ns.
  struct Bin: Equatable {
    var lowerDoublings: Double
    var upperDoublings: Double
    var upperBound: Duration
    var count: UInt64
  }

  private static let bucketsPerDoubling = 1 << LatencyHistogram.scale

  init(_ buckets: [LatencySeries.Bucket], binsMax: Int = Limits.histogramBars) {
    // By 1 + the bucket's index, which is never negative.
    var filled: [(index: Int, count: UInt64)] = []
    for bucket in buckets where bucket.count > 0 {
      if bucket.upperBound == .zero {
        zeroCount = UInt64(clamping: UInt128(zeroCount) + UInt128(bucket.count))
      } else {
        filled.append((LatencyHistogram.bucketIndex(of: bucket.upperBound.nanoseconds) + 1, bucket.count))
      }
    }
    filled.sort { $0.index < $1.index }
    guard let first = filled.first?.index, let last = filled.last?.index else { return }
    var size = 1
    while last / size - first / size + 1 > binsMax { size *= 2 }
    var group = -1
    for (index, count) in filled {
      if index / size == group {
        bins[bins.count - 1].count = UInt64(clamping: UInt128(bins[bins.count - 1].count) + UInt128(count))
      } else {
        group = index / size
        bins.append(Self.bin(group, size, count))
      }
    }
  }

  private static func bin(_ group: Int, _ size: Int, _ count: UInt64) -> Bin {
    Bin(
      lowerDoublings: Double(max(0, group * size - 1)) / Double(bucketsPerDoubling),
      upperDoublings: Double((group + 1) * size - 1) / Double(bucketsPerDoubling),
      upperBound: Duration(nanoseconds: LatencyHistogram.upperBound(ofBucket: (group + 1) * size - 2)), count: count)
  }
}
