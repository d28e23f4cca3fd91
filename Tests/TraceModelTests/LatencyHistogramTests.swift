import Testing
import TraceModel

@Suite struct LatencyHistogramTests {
  @Test(arguments: [1, 2, 3, 4, 7, 1000, 1 << 20, (1 << 20) + 1, 123_456_789, .max - 1, .max] as [UInt64])
  func `a value lies between its bucket's bounds`(value: UInt64) {
    let bucket = LatencyHistogram.bucketIndex(of: value)
    #expect(value <= LatencyHistogram.upperBound(ofBucket: bucket))
    if bucket >= 0 { #expect(value > LatencyHistogram.upperBound(ofBucket: bucket - 1)) }
  }

  @Test func `powers of two end their buckets, as OpenTelemetry lays them out`() {
    for exponent in 0..<63 {
      #expect(LatencyHistogram.bucketIndex(of: 1 << UInt64(exponent)) == 32 * exponent - 1)
      if exponent > 5 { #expect(LatencyHistogram.bucketIndex(of: (1 << UInt64(exponent)) + 1) == 32 * exponent) }
    }
  }

  @Test(arguments: [0.5, 0.9, 0.95, 0.99, 0.999]) func `quantiles are within 1.09 percent`(quantile: Double) {
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    var state: UInt64 = 7
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = 1 + (state >> 33) % 1000 * ((state >> 50) % 5000)
      values.append(value)
      histogram.record(Duration(nanoseconds: value))
    }
    values.sort()
    let exact = Double(values[Int((quantile * Double(values.count)).rounded(.up)) - 1])
    let estimate = Double(histogram.quantile(quantile).nanoseconds)
    #expect(abs(estimate - exact) <= exact * 0.0109 + 0.5)
    #expect(histogram.quantile(1).nanoseconds == values.last)
  }

  @Test func `adding two histograms is recording into one`() {
    var (low, high, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for value in [0, 1, 5, 1000] as [UInt64] { low.record(Duration(nanoseconds: value)) }
    for value in [3, 1 << 40, .max] as [UInt64] { high.record(Duration(nanoseconds: value)) }
    for value in [0, 1, 5, 1000, 3, 1 << 40, .max] as [UInt64] { both.record(Duration(nanoseconds: value)) }
    var sum = high
    sum += low
    #expect(sum.count == 7)
    #expect(LatencySummary(sum) == LatencySummary(both))
    #expect(sum.bucketCounts.reduce(0, +) + sum.zeroCount == 7)
  }

  @Test func `an empty histogram answers zero`() {
    #expect(LatencySummary(LatencyHistogram()) == LatencySummary())
  }
}
