import Glibc
import TraceModel

/// A native histogram of Prometheus with schema 5, in seconds: bucket i holds (2^((i-1)/32), 2^(i/32)]
/// (https://prometheus.io/docs/specs/native_histograms/).
///
/// Our sketches have the same buckets, but of nanoseconds, and a thousand million is no power of their base: what is
/// counted in one moves by 0.6 % into the bucket of seconds that it shares most with. Count and sum are exact.
package struct MetricHistogram: Hashable, Sendable {
  package struct Bucket: Hashable, Sendable {
    package var index: Int
    package var count: Double
  }

  package static let schema = 5
  /// log2(10^9) * 32 is 956.7; so much lower is the bucket of seconds.
  private static let shift = 957

  package var count = 0.0
  /// Seconds.
  package var sum = 0.0
  package var zeroCount = 0.0
  /// In rising order; none is empty.
  package var buckets: [Bucket] = []

  package init() {}

  package init(_ latency: LatencyHistogram) {
    count = Double(latency.count)
    sum = Double(latency.sumNanoseconds) / 1e9
    zeroCount = Double(latency.zeroCount)
    for (position, count) in latency.bucketCounts.enumerated() where count > 0 {
      buckets.append(Bucket(index: latency.offset + position + 1 - Self.shift, count: Double(count)))
    }
  }

  package static func upperBound(of index: Int) -> Double { exp2(Double(index) / 32) }

  package static func += (total: inout MetricHistogram, more: MetricHistogram) {
    total.count += more.count
    total.sum += more.sum
    total.zeroCount += more.zeroCount
    var merged: [Bucket] = []
    merged.reserveCapacity(total.buckets.count + more.buckets.count)
    var rest = more.buckets[...]
    for bucket in total.buckets {
      while let next = rest.first, next.index < bucket.index { merged.append(rest.removeFirst()) }
      merged.append(bucket)
      if let next = rest.first, next.index == bucket.index {
        merged[merged.count - 1].count += next.count
        rest.removeFirst()
      }
    }
    total.buckets = merged + rest
  }

  package func scaled(by factor: Double) -> MetricHistogram {
    var scaled = self
    scaled.count *= factor
    scaled.sum *= factor
    scaled.zeroCount *= factor
    for position in scaled.buckets.indices { scaled.buckets[position].count *= factor }
    return scaled
  }

  /// As Prometheus tells it: within its bucket by the logarithm. NaN for an empty one.
  package func quantile(_ share: Double) -> Double {
    if share.isNaN || count <= 0 { return .nan }
    if share < 0 { return -.infinity }
    if share > 1 { return .infinity }
    var rank = share * count - zeroCount
    if rank <= 0 && zeroCount > 0 { return 0 }
    for bucket in buckets {
      if rank <= bucket.count {
        return exp2((Double(bucket.index - 1) + max(0, rank) / bucket.count) / 32)
      }
      rank -= bucket.count
    }
    return buckets.last.map { Self.upperBound(of: $0.index) } ?? 0
  }
}

extension LatencyHistogram {
  /// How many durations were at most as long as each bound, in seconds and rising. A bucket across a bound, 2 % wide,
  /// counts below it.
  package func counts(upTo bounds: [Double]) -> [UInt64] {
    var counts = [UInt64](repeating: zeroCount, count: bounds.count)
    for (position, count) in bucketCounts.enumerated() where count > 0 {
      let index = offset + position
      let lower = index < 0 ? 0 : Double(Self.upperBound(ofBucket: index - 1)) / 1e9
      for place in bounds.indices.reversed() {
        if lower >= bounds[place] { break }
        counts[place] &+= count
      }
    }
    return counts
  }
}
