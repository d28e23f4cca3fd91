import Testing
import TraceModel

@testable import Rendering

@Suite struct ExpositionTests {
  private static var families: [MetricFamily] {
    var histogram = MetricFamily.Histogram(
      labels: [MetricFamily.Label("service", "a \"b\"")], bounds: [0.1, 1], counts: [1, 3], count: 4, sum: 6.5)
    histogram.exemplars[1] = MetricFamily.Exemplar(
      0.5, at: Timestamp(unixNanoseconds: 1_700_000_000_123_456_789),
      labels: [MetricFamily.Label("trace_id", "0af7651916cd43dd8448eb211c80319c")])
    histogram.native = MetricFamily.NativeBuckets(schema: 5, zeroCount: 1, indices: [-3, -2, 40], counts: [1, 2, 1])
    return [
      MetricFamily(.counter, "a_total", "All \"of\" it.", 12), MetricFamily(.gauge, "b", "Some.", 0.5),
      MetricFamily("c_seconds", "Times.", [histogram]), MetricFamily("d", "None.", []),
    ]
  }

  @Test func `OpenMetrics has exemplars, names of counters without their end, and an end`() {
    let expected = """
      # HELP a All \\"of\\" it.
      # TYPE a counter
      a_total 12
      # HELP b Some.
      # TYPE b gauge
      b 0.5
      # HELP c_seconds Times.
      # TYPE c_seconds histogram
      c_seconds_bucket{service="a \\"b\\"",le="0.1"} 1
      c_seconds_bucket{service="a \\"b\\"",le="1.0"} 3 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.5 1700000000.123
      c_seconds_bucket{service="a \\"b\\"",le="+Inf"} 4
      c_seconds_count{service="a \\"b\\""} 4
      c_seconds_sum{service="a \\"b\\""} 6.5
      # EOF

      """
    #expect(OpenMetricsText.encode(Self.families) == expected)
  }

  @Test func `native histograms are written as client_model's messages`() {
    // By hand, from metrics.proto.
    let counter: [UInt8] = [0x1a, 9, 0x09, 0, 0, 0, 0, 0, 0, 0x28, 0x40]
    let first =
      [0x0a, 7] + Array("a_total".utf8) + [0x12, 12] + Array("All \"of\" it.".utf8) + [0x18, 0, 0x22, 11] + counter
    let bytes = PrometheusProtobuf.encode(Array(Self.families.prefix(1)))
    #expect(bytes == [UInt8(first.count)] + first)

    let histogram = PrometheusProtobuf.encode([Self.families[2]])
    let spans: [UInt8] = [0x62, 4, 0x08, 5, 0x10, 2, 0x62, 4, 0x08, 82, 0x10, 1]  // from -3 two, then 41 further one
    let deltas: [UInt8] = [0x68, 2, 0x68, 2, 0x68, 1]  // +1, +1, -1
    let tail = spans + deltas
    #expect(Array(histogram.suffix(tail.count)) == tail)
    let schema: [UInt8] = [0x28, 10, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0x38, 1]
    #expect(histogram.indices.contains { histogram[$0...].starts(with: schema + tail) })
  }

  @Test(
    arguments: [
      ("", .text), ("*/*", .text), ("text/html, text/plain;q=0.1", .text),
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5",
        .openMetrics
      ),
      ("application/openmetrics-text; version=1.0.0; q=0.2, text/plain; q=0.5", .text),
      (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
          + "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .protobuf
      ),
      ("application/vnd.google.protobuf;proto=other.Message;encoding=delimited, text/plain;q=0.1", .text),
      ("application/openmetrics-text;q=0", .text), (";;,,q=,", .text),
    ] as [(String, ExpositionFormat)])
  func `the form is the one that is liked best`(accept: String, format: ExpositionFormat) {
    #expect(ExpositionFormat(accept: accept) == format)
  }
}
