import Testing

@testable import Rendering

@Suite struct PrometheusTextTests {
  @Test func `families are written in the text format of Prometheus`() {
    let families = [
      MetricFamily(.counter, "a_total", "All of it.", 12_345_678_901),
      MetricFamily(.counter, "b_total", "By reason.", by: "reason", ["z": 1, "a": 2]),
      MetricFamily(.gauge, "c", "With \\ and\nlines.", 0.5),
      MetricFamily(.gauge, "empty", "Left out.", []),
      MetricFamily(histogram: "d_seconds", "Times.", bounds: [0.1, 1], counts: [3, 0, 2], sum: 4.25),
    ]
    let expected = """
      # HELP a_total All of it.
      # TYPE a_total counter
      a_total 12345678901
      # HELP b_total By reason.
      # TYPE b_total counter
      b_total{reason="a"} 2
      b_total{reason="z"} 1
      # HELP c With \\\\ and\\nlines.
      # TYPE c gauge
      c 0.5
      # HELP d_seconds Times.
      # TYPE d_seconds histogram
      d_seconds_bucket{le="0.1"} 3
      d_seconds_bucket{le="1"} 3
      d_seconds_bucket{le="+Inf"} 5
      d_seconds_sum 4.25
      d_seconds_count 5

      """
    #expect(PrometheusText.encode(families) == expected)
  }

  @Test func `a label's value cannot end its quotes or its line`() {
    let sample = MetricFamily.Sample(1, labels: [MetricFamily.Label("l", "a\"b\\c\nd")])
    #expect(
      PrometheusText.encode([MetricFamily(.gauge, "m", "h", [sample])]).hasSuffix("\nm{l=\"a\\\"b\\\\c\\nd\"} 1\n"))
  }

  @Test(
    arguments: [
      (0, "0"), (-3, "-3"), (1.5, "1.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
    ] as [(Double, String)])
  func `numbers are written as Go reads them`(value: Double, text: String) {
    #expect(PrometheusText.number(value) == text)
  }
}
