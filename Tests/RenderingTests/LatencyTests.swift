import Testing
import TraceModel

@testable import Rendering

@Suite struct LatencyTests {
  @Test func `the shop's latencies are drawn as they were approved`() throws {
    try Golden.expect(LatencyBars(Shop.series, width: 90, style: .plain).text, "latency.txt")
    try Golden.expect(LatencyBars(Shop.series, width: 90, style: .ansi).text, "latency.ansi")
    try Golden.expect(LatencySVG(Shop.series).text, "latency.svg")
    try Golden.expect(LatencySVG([]).text, "latency-empty.svg")
  }

  @Test func `latencies say of which window they are, and a picture follows its reader's system`() {
    let window = TimeWindow(from: Shop.map.from, to: Shop.map.to)
    let words = "2026-11-21 03:00:00 – 04:00:00 UTC"
    #expect(LatencyBars(Shop.series, window: window).text.contains("\n\(words)\n"))
    #expect(LatencySVG(Shop.series, window: window).text.contains(">\(words) · "))
    #expect(LatencySVG(Shop.series).text.contains("prefers-color-scheme: dark"))
    #expect(!LatencySVG(Shop.series, ground: .light).text.contains("<style>"))
    #expect(LatencySVG(Shop.series, ground: .dark).text.contains("fill=\"\(Theme.dark.background)\""))
  }

  @Test func `rows and bins lose no count and stay few`() {
    var random = SeededRandom()
    print("seed \(random.seed)")
    for _ in 0..<2_000 {
      var histogram = LatencyHistogram()
      let (shift, spread) = (random.next(below: 64), random.next(below: 64) + 1)
      for _ in 0..<random.next(below: 60) {
        let nanoseconds =
          random.next(below: 20) == 0 ? 0 : random.next() >> UInt64(min(63, shift + random.next(below: spread)))
        histogram.record(Duration(nanoseconds: nanoseconds))
      }
      let series = LatencySeries(histogram: histogram)
      let rows = LatencyRows(series.buckets).rows
      #expect(rows.reduce(0) { $0 + $1.count } == histogram.count)
      #expect(rows.count <= Limits.histogramRows)
      #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.upperBound < $1.upperBound })
      // No latency is in a row whose bound it exceeds by more than the histogram's error.
      if let max = histogram.max, let last = rows.last {
        #expect(Double(max.nanoseconds) <= Double(last.upperBound.nanoseconds) * 1.0109)
      }
      let bins = LatencyBins(series.buckets)
      #expect(bins.bins.reduce(bins.zeroCount) { $0 + $1.count } == histogram.count)
      #expect(bins.bins.count <= Limits.histogramBars)
      #expect(zip(bins.bins, bins.bins.dropFirst()).allSatisfy { $0.upperDoublings <= $1.lowerDoublings })
      #expect(!LatencyBars([series], width: 80, style: .plain).text.isEmpty)
      #expect(!LatencySVG([series]).text.isEmpty)
    }
  }

  @Test func `counts of sampled spans are called estimates, and never exact`() throws {
    var series = Shop.series[0]
    #expect(LatencyBars([series]).text.contains("counts and p100 exact"))
    series.isEstimated = true
    for text in [LatencyBars([series]).text, LatencySVG([series]).text] {
      #expect(text.contains("calls, estimated from samples") && text.contains("≈") && !text.contains("counts and"))
    }
    let json = AnswerJSON.encode([series])
    #expect(String(decoding: json, as: UTF8.self).contains("\"estimated\" : true"))
    #expect(try AnswerJSON.decodeLatency(json) == [series])
    var service = Shop.services[0]
    service.isEstimated = true
    #expect(try AnswerJSON.decodeServices(AnswerJSON.encode([service])) == [service])
  }

  @Test func `round durations end the row that is named after them`() {
    let ten = LatencySeries.Bucket(upperBound: Duration(nanoseconds: 10_060_000), count: 3)
    let more = LatencySeries.Bucket(upperBound: Duration(nanoseconds: 10_280_000), count: 5)
    let rows = LatencyRows([ten, more]).rows
    #expect(rows.first == LatencyRows.Row(upperBound: .milliseconds(10), count: 3))
    #expect(rows.last?.count == 5)
  }

  @Test func `no line is wider than it may be`() {
    let series = Hostile.names.map {
      LatencySeries(service: $0, spanName: $0, latency: Shop.series[0].latency, buckets: Shop.series[0].buckets)
    }
    for width in [40, 60, 100] {
      let text = LatencyBars(series, width: width, style: .plain).text
      for line in text.split(separator: "\n") { #expect(String(line).columns <= width, "\(line)") }
    }
  }

  @Test(arguments: Hostile.names.indices)
  func `no name breaks out of the picture`(number: Int) {
    let name = Hostile.names[number]
    let svg = LatencySVG([LatencySeries(service: name, latency: LatencySummary(), buckets: [])]).text
    #expect(svg.split(separator: "<text").count == 4)
    #expect(!svg.contains("<b>"))
    #expect(svg.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test func `buckets that no histogram would make do not trap`() {
    let strange = [UInt64.max, 0, 1, 0, .max].map {
      LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0), count: .max)
    }
    let series = LatencySeries(
      latency: LatencySummary(count: .max, p50: Duration(nanoseconds: .max), max: Duration(nanoseconds: .max)),
      buckets: strange)
    #expect(!LatencyBars([series], width: 80, style: .plain).text.isEmpty)
    #expect(!LatencySVG([series]).text.isEmpty)
    let empty = LatencySeries(latency: LatencySummary(count: 5), buckets: [])
    #expect(!LatencyBars([empty], width: 80, style: .plain).text.isEmpty)
    #expect(!LatencySVG([empty]).text.isEmpty)
  }

  @Test func `more series than fit in a picture are counted`() {
    let series = [LatencySeries](repeating: Shop.series[2], count: 103)
    #expect(LatencySVG(series).text.contains("and 3 more series"))
  }
}
