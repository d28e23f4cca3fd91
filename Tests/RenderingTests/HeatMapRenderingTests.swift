import Foundation
import Testing
import TraceModel

@testable import Rendering

@Suite struct HeatMapRenderingTests {
  /// Two hours of a service that gets slow at times, and has a cache.
  static let map = twoHours(columns: 120)
  static let coarse = twoHours(columns: 24)

  private static func twoHours(columns count: Int) -> LatencyHeatMap {
    let columns = LatencyHeatMap.Columns(
      from: Timestamp(unixSeconds: 1_795_226_400), to: Timestamp(unixSeconds: 1_795_226_400 + 7200), countMax: count)
    func minute(_ column: Int) -> Int { column * 120 / columns.count }
    var random = SeededRandom(seed: 42)
    func bell() -> Double { (0..<6).reduce(0) { sum, _ in sum + Double(random.next(below: 1000)) / 1000 - 0.5 } }
    var whole = LatencyHistogram()
    var own: [LatencyHeatMap.Column] = []
    for column in 0..<columns.count where !(70..<74).contains(minute(column)) {
      var histogram = LatencyHistogram()
      let slowness = (40..<55).contains(minute(column)) ? 6.0 : 1
      for number in 0..<200 + column {
        let middle = number % 10 < 6 ? 1.5e6 : 40e6 * slowness
        var value = middle
        for _ in 0..<Int(abs(bell()) * 60) { value *= number % 2 == 0 ? 1.02 : 0.98 }
        histogram.record(Duration(nanoseconds: UInt64(value)))
      }
      whole += histogram
      own.append(LatencyHeatMap.Column(start: columns.start(of: column), histogram))
    }
    return LatencyHeatMap(
      columns: columns,
      series: [LatencyHeatMap.Series(whole: LatencySeries(service: "shop/cart", histogram: whole), columns: own)],
      omittedSeries: 2)
  }

  @Test func `two hours are drawn as they were approved`() throws {
    try Golden.expect(LatencyHeatText(Self.map, width: 80).text, "heatmap.txt")
    try Golden.expect(LatencyHeatText(Self.map, width: 140, style: .ansi).text, "heatmap.ansi")
    try Golden.expect(LatencyHeatSVG(Self.coarse).text, "heatmap.svg")
    #expect(LatencyHeatSVG(Self.coarse, theme: .dark).text.contains(Theme.dark.background))
    try Golden.expect(LatencyHeatSVG(LatencyHeatMap(columns: Self.map.columns)).text, "heatmap-empty.svg")
  }

  @Test func `what JSON says is read again`() throws {
    #expect(try AnswerJSON.decodeHeatMap(AnswerJSON.encode(Self.map)) == Self.map)
    for wrong in [
      "{}", "[]",
      "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\",\"step_ns\":0,"
        + "\"error_bound\":0.0109,\"series\":[]}",
    ] {
      #expect(throws: RenderingError.self) { () throws in try AnswerJSON.decodeHeatMap(Array(wrong.utf8)) }
    }
  }

  @Test func `no line is wider than it may be, and no name breaks out`() {
    for name in Hostile.names {
      var map = Self.map
      map.series[0].whole.service = name
      for width in [40, 77, 200] {
        let text = LatencyHeatText(map, width: width).text
        for line in text.split(separator: "\n") { #expect(String(line).columns <= width, "\(line)") }
      }
      let svg = LatencyHeatSVG(map).text
      #expect(!svg.contains("<b>") && svg.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }
  }

  @Test func `columns that no ring would give do not trap`() {
    let strange = [UInt64.max, 0, 1, 2, 0, .max, 3].map {
      LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0), count: .max)
    }
    for (from, count) in [(UInt64(0), 0), (0, 1), (.max, 5), (1_795_226_400_000_000_000, 3)] {
      let columns = LatencyHeatMap.Columns(
        from: Timestamp(unixNanoseconds: from), step: .seconds(60), count: count)
      let starts = [columns.from, columns.from, columns.start(of: 1), columns.start(of: 100)]
      let series = LatencyHeatMap.Series(
        whole: LatencySeries(latency: LatencySummary(count: .max, max: Duration(nanoseconds: .max)), buckets: strange),
        columns: starts.map {
          LatencyHeatMap.Column(start: $0, latency: LatencySummary(count: 7, p99: .seconds(1)), buckets: strange)
        })
      let map = LatencyHeatMap(columns: columns, series: [series, series], omittedSeries: .max)
      #expect(!LatencyHeatText(map, width: 60, style: .ansi).text.isEmpty && !LatencyHeatSVG(map).text.isEmpty)
      let bytes = AnswerJSON.encode(map)
      #expect(throws: Never.self) { () throws in _ = try AnswerJSON.decodeHeatMap(bytes) }
    }
  }

  @Test func `traces beside percentiles are shown`() throws {
    var series = [Shop.series[0]]
    series[0].exemplars = [("p50", 9.05), ("p90", 17.2), ("p99", 88.1), ("p100", 261)].enumerated().map { number, one in
      LatencySeries.Exemplar(
        mark: one.0, traceID: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: UInt64(number) + 0xa3ce_929d_0e0e_4736),
        duration: Duration(nanoseconds: UInt64(one.1 * 1e6)))
    }
    try Golden.expect(LatencySVG(series).text, "latency-exemplars.svg")
    try Golden.expect(LatencyBars(series, width: 80).text, "latency-exemplars.txt")
    #expect(try AnswerJSON.decodeLatency(AnswerJSON.encode(series)) == series)
  }
}
