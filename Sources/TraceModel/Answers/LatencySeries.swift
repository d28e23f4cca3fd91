/// The latencies of one service, span name or edge.
package struct LatencySeries: Hashable, Sendable {
  package var service: String?
  package var spanName: String?
  package var edge: Edge?
  package var latency: LatencySummary
  /// The buckets that hold anything, in rising order.
  package var buckets: [Bucket]

  package init(
    service: String? = nil, spanName: String? = nil, edge: Edge? = nil, latency: LatencySummary, buckets: [Bucket]
  ) {
    self.service = service
    self.spanName = spanName
    self.edge = edge
    self.latency = latency
    self.buckets = buckets
  }

  package init(
    service: String? = nil, spanName: String? = nil, edge: Edge? = nil, histogram: LatencyHistogram
  ) {
    var buckets = histogram.zeroCount > 0 ? [Bucket(upperBound: .zero, count: histogram.zeroCount)] : []
    for (position, count) in histogram.bucketCounts.enumerated() where count > 0 {
      let upperBound = LatencyHistogram.upperBound(ofBucket: histogram.offset + position)
      buckets.append(Bucket(upperBound: Duration(nanoseconds: upperBound), count: count))
    }
    self.init(
      service: service, spanName: spanName, edge: edge, latency: LatencySummary(histogram), buckets: buckets)
  }

  /// Caller and callee by name.
  package struct Edge: Hashable, Sendable {
    package var caller: String
    package var callee: String

    package init(caller: String, callee: String) {
      self.caller = caller
      self.callee = callee
    }
  }

  /// How many durations are at most `upperBound` and above the bound of the bucket before (not cumulative).
  package struct Bucket: Hashable, Sendable {
    package var upperBound: Duration
    package var count: UInt64

    package init(upperBound: Duration, count: UInt64) {
      self.upperBound = upperBound
      self.count = count
    }
  }
}
