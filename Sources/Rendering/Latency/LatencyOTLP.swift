import TraceModel

/// Latency histograms as OTLP's metrics (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): one
/// `traces.span.duration` for each, a delta over the window, with an `ExponentialHistogram` data point.
///
/// The unit is `ns` and the scale 5, which makes OTLP's bucket i the very bucket i that was counted in: nothing is merged
/// or moved, so the error bound of a quantile stays 1.09 %. `sum` is the mean times the count, at most a nanosecond a
/// call too little.
package enum LatencyOTLP {
  /// - Parameters:
  ///   - window: what was asked; its end, or else `now`, is the time of the points.
  package static func encode(_ series: [LatencySeries], _ window: TimeWindow, now: Timestamp) -> [UInt8] {
    let resources = series.map { series in
      let scope = ScopeMetrics(
        scope: Scope(name: "spoor"), metrics: [Metric(Point(series, window.from, window.to ?? now))])
      return ResourceMetrics(
        resource: Resource(attributes: [series.service.map { Attribute("service.name", $0) }].compactMap { $0 }),
        scopeMetrics: [scope])
    }
    return AnswerJSON.bytes(of: MetricsData(resourceMetrics: resources))
  }

  // OTLP's messages, with its names. 64-bit whole numbers are strings there.

  private struct MetricsData: Encodable {
    var resourceMetrics: [ResourceMetrics]
  }

  private struct ResourceMetrics: Encodable {
    var resource: Resource
    var scopeMetrics: [ScopeMetrics]
  }

  private struct Resource: Encodable {
    var attributes: [Attribute]
  }

  private struct ScopeMetrics: Encodable {
    var scope: Scope
    var metrics: [Metric]
  }

  private struct Scope: Encodable {
    var name: String
  }

  private struct Metric: Encodable {
    var name = "traces.span.duration"
    var description = "How long spans took, or calls as their callers saw them."
    var unit = "ns"
    var exponentialHistogram: ExponentialHistogram

    init(_ point: Point) {
      exponentialHistogram = ExponentialHistogram(dataPoints: [point])
    }
  }

  private struct ExponentialHistogram: Encodable {
    var dataPoints: [Point]
    /// AGGREGATION_TEMPORALITY_DELTA.
    var aggregationTemporality = 1
  }

  private struct Attribute: Encodable {
    var key: String
    var value: Value

    struct Value: Encodable {
      var stringValue: String
    }

    init(_ key: String, _ value: String) {
      self.key = key
      self.value = Value(stringValue: value)
    }
  }

  private struct Point: Encodable {
    var attributes: [Attribute]
    var startTimeUnixNano: String?
    var timeUnixNano: String
    var count: String
    var sum: Double
    var min: Double?
    var max: Double?
    var scale = LatencyHistogram.scale
    var zeroCount: String
    var positive: Buckets?
    var exemplars: [Exemplar]?

    struct Buckets: Encodable {
      /// The index of the first of the counts.
      var offset: Int
      var bucketCounts: [String]
    }

    struct Exemplar: Encodable {
      var traceId: String
      var asInt: String
    }

    init(_ series: LatencySeries, _ from: Timestamp?, _ to: Timestamp) {
      attributes = [
        series.spanName.map { Attribute("span.name", $0) },
        series.kind.map { Attribute("span.kind", "SPAN_KIND_\($0.description.uppercased())") },
        series.outcome.map { Attribute("outcome", $0.description) },
        series.edge.map { Attribute("client", $0.caller) }, series.edge.map { Attribute("server", $0.callee) },
      ].compactMap { $0 }
      startTimeUnixNano = from.map { String($0.unixNanoseconds) }
      timeUnixNano = String(to.unixNanoseconds)
      let latency = series.latency
      sum = Double(latency.mean.nanoseconds) * Double(latency.count)
      if latency.count > 0 { (min, max) = (Double(latency.min.nanoseconds), Double(latency.max.nanoseconds)) }
      var zeros: UInt64 = 0
      var counts: [Int: UInt64] = [:]
      var total: UInt64 = 0
      for bucket in series.buckets {
        total = UInt64(clamping: UInt128(total) + UInt128(bucket.count))
        if bucket.upperBound == .zero {
          zeros = UInt64(clamping: UInt128(zeros) + UInt128(bucket.count))
        } else {
          let index = LatencyHistogram.bucketIndex(of: bucket.upperBound.nanoseconds)
          counts[index] = UInt64(clamping: UInt128(counts[index] ?? 0) + UInt128(bucket.count))
        }
      }
      // Zero count and buckets have to add up to it.
      count = String(total)
      zeroCount = String(zeros)
      if let first = counts.keys.min(), let last = counts.keys.max() {
        positive = Buckets(offset: first, bucketCounts: (first...last).map { String(counts[$0] ?? 0) })
      }
      let exemplars = series.exemplars.map {
        Exemplar(traceId: $0.traceID.description, asInt: String($0.duration.nanoseconds))
      }
      self.exemplars = exemplars.isEmpty ? nil : exemplars
    }
  }
}
