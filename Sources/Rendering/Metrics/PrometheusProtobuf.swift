import TraceModel

/// Prometheus's protobuf format: `io.prometheus.client.MetricFamily`, each behind its length
/// (https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto). The only one that has
/// native histograms.
package enum PrometheusProtobuf {
  package static let contentType =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

  /// The families in their order; one without samples is left out.
  package static func encode(_ families: [MetricFamily]) -> [UInt8] {
    var output = ProtobufOutput()
    for family in families where !family.isEmpty {
      var message = ProtobufOutput()
      message.text(1, family.name)
      message.text(2, family.help)
      message.integer(3, family.kind.number)
      for sample in family.samples {
        message.message(4) { metric in
          metric.labels(sample.labels)
          metric.message(family.kind == .counter ? 3 : 2) { $0.double(1, sample.value) }
        }
      }
      for histogram in family.histograms {
        message.message(4) { metric in
          metric.labels(histogram.labels)
          metric.message(7) { $0.histogram(histogram) }
        }
      }
      output.delimited(message)
    }
    return output.bytes
  }
}

extension MetricFamily.Kind {
  fileprivate var number: UInt64 {
    switch self {
    case .counter: 0
    case .gauge: 1
    case .histogram: 4
    }
  }
}

extension ProtobufOutput {
  fileprivate mutating func labels(_ labels: [MetricFamily.Label]) {
    for label in labels {
      message(1) { pair in
        pair.text(1, label.name)
        pair.text(2, label.value)
      }
    }
  }

  fileprivate mutating func histogram(_ histogram: MetricFamily.Histogram) {
    integer(1, histogram.count)
    double(2, histogram.sum)
    for (place, bound) in (histogram.bounds + [.infinity]).enumerated() {
      message(3) { bucket in
        bucket.integer(1, place < histogram.counts.count ? histogram.counts[place] : histogram.count)
        bucket.double(2, bound)
        if let exemplar = histogram.exemplars[place] { bucket.message(3) { $0.exemplar(exemplar) } }
      }
    }
    guard let native = histogram.native else { return }
    signed(5, Int64(native.schema))
    double(6, 0)
    integer(7, native.zeroCount)
    // Spans of neighbours, each with its distance from the one before; then counts as differences.
    var start = 0
    var (next, last) = (0, UInt64(0))
    while start < native.indices.count {
      var end = start + 1
      while end < native.indices.count, native.indices[end] == native.indices[end - 1] + 1 { end += 1 }
      message(12) { span in
        span.signed(1, Int64(native.indices[start] - next))
        span.integer(2, UInt64(end - start))
      }
      next = native.indices[end - 1] + 1
      start = end
    }
    // Without any, this empty span says that it is a native histogram all the same.
    if native.indices.isEmpty {
      message(12) { span in
        span.signed(1, 0)
        span.integer(2, 0)
      }
    }
    for count in native.counts {
      signed(13, Int64(truncatingIfNeeded: count &- last))
      last = count
    }
  }

  private mutating func exemplar(_ exemplar: MetricFamily.Exemplar) {
    labels(exemplar.labels)
    double(2, exemplar.value)
    message(3) { time in
      time.integer(1, exemplar.time.unixNanoseconds / 1_000_000_000)
      time.integer(2, exemplar.time.unixNanoseconds % 1_000_000_000)
    }
  }
}
