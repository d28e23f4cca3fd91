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

  @Test(arguments: UInt64(1)...50) func `subtracting what was added changes nothing`(seed: UInt64) {
    var state = seed
    func histogram(_ count: Int, _ mask: UInt64) -> LatencyHistogram {
      var histogram = LatencyHistogram()
      for _ in 0..<count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        histogram.record(Duration(nanoseconds: state >> (state >> 58) & mask))
      }
      return histogram
    }
    let (kept, other) = (histogram(50, .max), histogram(Int(seed) % 7, 0xffff))
    var sum = kept
    sum += other
    sum -= other
    #expect(sum.bucketCounts.filter { $0 > 0 } == kept.bucketCounts.filter { $0 > 0 })
    #expect((sum.count, sum.sumNanoseconds, sum.zeroCount) == (kept.count, kept.sumNanoseconds, kept.zeroCount))
    #expect(LatencySummary(sum).p99 == LatencySummary(kept).p99)
    sum -= kept
    #expect(sum == LatencyHistogram(), "seed \(seed)")
  }

  @Test func `after a subtraction the extremes are within their buckets`() throws {
    var (histogram, shortest) = (LatencyHistogram(), LatencyHistogram())
    for value in [10, 1_000_000, 2_000_000] as [UInt64] { histogram.record(Duration(nanoseconds: value)) }
    shortest.record(Duration(nanoseconds: 10))
    histogram -= shortest
    #expect(histogram.max == .milliseconds(2))
    let least = try #require(histogram.min).nanoseconds
    #expect(least <= 1_000_000 && Double(least) > 1_000_000 / 1.022)
  }

  @Test func `more than there is cannot be taken out`() {
    var (histogram, more) = (LatencyHistogram(), LatencyHistogram())
    histogram.record(.milliseconds(1))
    for value in 0...5 as ClosedRange<UInt64> { more.record(.milliseconds(value)) }
    histogram -= more
    #expect(histogram == LatencyHistogram())
  }

  @Test func `every bucket that holds whole numbers ends at its bound`() {
    for bucket in 320..<2047 {
      let bound = LatencyHistogram.upperBound(ofBucket: bucket)
      #expect(LatencyHistogram.bucketIndex(of: bound) == bucket)
      #expect(LatencyHistogram.bucketIndex(of: bound + 1) == bucket + 1)
    }
  }

  @Test func `an empty histogram answers zero`() {
    #expect(LatencySummary(LatencyHistogram()) == LatencySummary())
  }
}
