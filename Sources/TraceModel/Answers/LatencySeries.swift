/// The latencies of one service, span name or edge, or of a part of them.
package struct LatencySeries: Hashable, Sendable {
  package var service: String?
  package var spanName: String?
  package var edge: Edge?
  /// What all of it is, where the question was about that or told it apart.
  package var kind: SpanKind?
  package var outcome: Outcome?
  package var latency: LatencySummary
  /// The buckets that hold anything, in rising order.
  package var buckets: [Bucket]
  /// Traces to look at, in the order of their latencies.
  package var exemplars: [Exemplar] = []
  /// Whether some of the spans were sampled, so that each that was seen stands for several: then all counts are estimates.
  package var isEstimated = false

  package init(
    service: String? = nil, spanName: String? = nil, edge: Edge? = nil, kind: SpanKind? = nil,
    outcome: Outcome? = nil, latency: LatencySummary, buckets: [Bucket], isEstimated: Bool = false
  ) {
    self.service = service
    self.spanName = spanName
    self.edge = edge
    self.kind = kind
    self.outcome = outcome
    self.latency = latency
    self.buckets = buckets
    self.isEstimated = isEstimated
  }

  package init(
    service: String? = nil, spanName: String? = nil, edge: Edge? = nil, kind: SpanKind? = nil,
    outcome: Outcome? = nil, histogram: LatencyHistogram, isEstimated: Bool = false
  ) {
    self.init(
      service: service, spanName: spanName, edge: edge, kind: kind, outcome: outcome,
      latency: LatencySummary(histogram), buckets: Self.buckets(of: histogram), isEstimated: isEstimated)
  }

  /// The buckets of a histogram that hold anything.
  package static func buckets(of histogram: LatencyHistogram) -> [Bucket] {
    var buckets = histogram.zeroCount > 0 ? [Bucket(upperBound: .zero, count: histogram.zeroCount)] : []
    for (position, count) in histogram.bucketCounts.enumerated() where count > 0 {
      let upperBound = LatencyHistogram.upperBound(ofBucket: histogram.offset + position)
      buckets.append(Bucket(upperBound: Duration(nanoseconds: upperBound), count: count))
    }
    return buckets
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
  /// A trace that has one of the latencies.
  package struct Exemplar: Hashable, Sendable {
    /// What it is an example of: `p50`, `p99`, `p100`.
    package var mark: String
    package var traceID: TraceID
    /// Of its span, exact.
    package var duration: Duration

    package init(mark: String, traceID: TraceID, duration: Duration) {
      self.mark = mark
      self.traceID = traceID
      self.duration = duration
    }
  }
}
