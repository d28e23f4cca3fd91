import Foundation
import Testing
import TraceModel

@testable import Rendering

@Suite struct LatencyOTLPTests {
  private static let noon = Timestamp(unixSeconds: 1_790_000_000)

  @Test func `the shop's latencies are written as they were approved`() throws {
    var series = Shop.series[2]
    series.exemplars = [
      LatencySeries.Exemplar(mark: "p50", traceID: TraceID(high: 1, low: 2), duration: .milliseconds(31))
    ]
    (series.kind, series.outcome) = (.consumer, .fault)
    let window = TimeWindow(from: Self.noon)
    try Golden.expect(
      String(decoding: LatencyOTLP.encode([series], window, now: Self.noon + .seconds(60)), as: UTF8.self),
      "latency-otlp.json")
  }

  @Test func `the buckets are those that were counted in, and all of them`() throws {
    var random = SeededRandom()
    for _ in 0..<200 {
      var histogram = LatencyHistogram()
      for _ in 0..<random.next(below: 50) {
        histogram.record(Duration(nanoseconds: random.next() >> UInt64(random.next(below: 64))))
      }
      histogram.record(.zero)
      let bytes = LatencyOTLP.encode([LatencySeries(histogram: histogram)], .all, now: Self.noon)
      let point = try #require(try Self.point(bytes))
      #expect(point["count"] as? String == String(histogram.count), "seed \(random.seed)")
      #expect(point["zeroCount"] as? String == String(histogram.zeroCount))
      #expect(point["scale"] as? Int == 5)
      let positive = point["positive"] as? [String: Any]
      // The histogram may have kept empty buckets at its ends.
      let counts = positive?["bucketCounts"] as? [String] ?? []
      let lead = histogram.bucketCounts.prefix { $0 == 0 }.count
      let kept = histogram.bucketCounts.dropFirst(lead).map(String.init)
      #expect(Array(kept.prefix(counts.count)) == counts)
      if !counts.isEmpty { #expect(positive?["offset"] as? Int == histogram.offset + lead) }
    }
  }

  @Test func `buckets that no histogram would make do not trap`() throws {
    let strange = [UInt64.max, 0, 1, 0, .max].map {
      LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0), count: .max)
    }
    let series = Hostile.names.map {
      LatencySeries(
        service: $0, spanName: $0, latency: LatencySummary(count: .max, mean: .seconds(1)), buckets: strange)
    }
    #expect(try Self.point(LatencyOTLP.encode(series, .all, now: Self.noon)) != nil)
  }

  private static func point(_ bytes: [UInt8]) throws -> [String: Any]? {
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let resource = (root?["resourceMetrics"] as? [[String: Any]])?.first
    let scope = (resource?["scopeMetrics"] as? [[String: Any]])?.first
    let metric = (scope?["metrics"] as? [[String: Any]])?.first
    let histogram = metric?["exponentialHistogram"] as? [String: Any]
    return (histogram?["dataPoints"] as? [[String: Any]])?.first
  }
}
