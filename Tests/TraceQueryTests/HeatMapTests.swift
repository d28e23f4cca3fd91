import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

@Suite struct HeatMapTests {
  @Test(arguments: UInt64(1)...20)
  func `every column is what joining all spans says of its minutes`(seed: UInt64) throws {
    let source = try MemorySource(seed: seed, reach: 2, storedSegments: seed % 3 == 0 ? [10, 12] : nil)
    let columns = LatencyHeatMap.Columns(
      from: SegmentSumTests.begin, to: SegmentSumTests.begin + .seconds(1500), countMax: seed % 2 == 0 ? 25 : 7)
    let edge = LatencySelection.edge(caller: "web", callee: "cart")
    for selection in [.services, edge, .spanNames(service: "web", name: nil)] as [LatencySelection] {
      var question = HeatMapQuestion(source, KeptFolds(), { false })
      let series =
        selection.isOfSpans
        ? try question.spans(selection, try source.joined(.all) { _ in true }.latencies(selection), columns)
        : try question.calls(selection, columns)
      #expect(question.missingBlocks == 0)
      var lines: Set<String> = []
      for one in series {
        for column in one.columns { lines.insert(line(one.whole, column)) }
        #expect(
          one.columns.reduce(0) { $0 + $1.latency.count } == one.whole.latency.count, "seed \(seed), \(selection)")
      }
      var expected: Set<String> = []
      for number in 0..<columns.count {
        let window = TimeWindow(from: columns.start(of: number), to: columns.start(of: number + 1))
        for one in try source.joined(window, { _ in true }).latencies(selection) {
          var column = LatencyHeatMap.Column(start: columns.start(of: number), latency: one.latency, buckets: [])
          column.buckets = LatencyHeatMap.quartered(one.buckets)
          expected.insert(line(one, column))
        }
      }
      #expect(lines == expected, "seed \(seed), \(selection)")
      #expect(!lines.isEmpty || selection == edge, "seed \(seed), \(selection)")
    }
  }

  @Test func `what was sampled is marked, by whichever way it is counted`() throws {
    let source = try MemorySource(seed: 3, reach: 2)
    let columns = LatencyHeatMap.Columns(
      from: SegmentSumTests.begin, to: SegmentSumTests.begin + .seconds(1500), countMax: 25)
    for selection in [.services, .spanNames(service: "web", name: nil)] as [LatencySelection] {
      let whole = try source.joined(.all) { _ in true }.latencies(selection)
      var question = HeatMapQuestion(source, KeptFolds(), { false })
      let series =
        try selection.isOfSpans ? question.spans(selection, whole, columns) : question.calls(selection, columns)
      #expect(whole.allSatisfy { $0.isEstimated } && series.allSatisfy { $0.whole.isEstimated } && !series.isEmpty)
    }
    #expect(try source.joined(.all) { _ in true }.services().allSatisfy { $0.isEstimated })
  }

  @Test(arguments: UInt64(1)...5)
  func `outcomes add up to the whole`(seed: UInt64) throws {
    let source = try MemorySource(seed: seed, reach: 2)
    let columns = LatencyHeatMap.Columns(
      from: SegmentSumTests.begin, to: SegmentSumTests.begin + .seconds(1500), countMax: 25)
    var apart = LatencySelection.services
    apart.isByOutcome = true
    var question = HeatMapQuestion(source, KeptFolds(), { false })
    let (parts, whole) = (try question.calls(apart, columns), try question.calls(.services, columns))
    func count(_ series: [LatencyHeatMap.Series]) -> UInt64 { series.reduce(0) { $0 + $1.whole.latency.count } }
    #expect(count(parts) == count(whole) && count(whole) > 0, "seed \(seed)")
    #expect(parts.allSatisfy { $0.whole.outcome != nil })
  }

  @Test func `without bounds the columns are those of possible times`() throws {
    let source = try MemorySource(seed: 4, reach: 2)
    var question = HeatMapQuestion(source, KeptFolds(), { false })
    let columns = try question.columns(of: .all, countMax: 100)
    #expect(columns.step == .seconds(60) && columns.from >= SegmentSumTests.begin - .seconds(60))
    #expect(columns.to <= SegmentSumTests.begin + .seconds(1800) && columns.count > 10)
    let few = try question.columns(of: .all, countMax: 5)
    #expect(few.count <= 5 && few.from <= columns.from && few.to >= columns.to)
    let nothing = try question.columns(of: TimeWindow(to: SegmentSumTests.begin - .seconds(86_400)), countMax: 5)
    #expect(nothing.count == 0)
  }

  @Test(
    arguments: [
      (0, 60, 10), (0, 3600, 60), (59, 3601, 60), (100, 86_500, 120), (0, 1 << 34, 3), (1, 1, 1), (0, 1 << 34, 1),
    ] as [(UInt64, UInt64, Int)])
  func `columns are round, few, and hold the window`(from: UInt64, to: UInt64, most: Int) {
    let (from, to) = (Timestamp(unixSeconds: from), Timestamp(unixSeconds: to))
    let columns = LatencyHeatMap.Columns(from: from, to: to, countMax: most)
    #expect((1...most).contains(columns.count) && columns.from <= from && columns.to >= to)
    #expect(columns.step.nanoseconds % 60_000_000_000 == 0)
    #expect(columns.column(of: from) == 0 && columns.column(of: columns.to) == nil)
  }

  @Test func `quarters lose no count and move none across a bound`() {
    var histogram = LatencyHistogram()
    for value in [0, 1, 2, 3, 100, 1 << 20, (1 << 20) + 1, 123_456_789, .max] as [UInt64] {
      histogram.record(Duration(nanoseconds: value))
    }
    let quarters = LatencyHeatMap.quartered(LatencySeries.buckets(of: histogram))
    #expect(quarters.reduce(0) { $0 + $1.count } == histogram.count)
    #expect(zip(quarters, quarters.dropFirst()).allSatisfy { $0.upperBound < $1.upperBound })
    #expect(quarters.contains { $0.upperBound.nanoseconds == 1 << 20 })
    #expect(LatencyHeatMap.quartered(quarters) == quarters)
  }

  private func line(_ series: LatencySeries, _ column: LatencyHeatMap.Column) -> String {
    let buckets = column.buckets.map { "\($0.upperBound.nanoseconds):\($0.count)" }.joined(separator: " ")
    return "\(series.service ?? "") \(series.spanName ?? "") \(series.edge.map { "\($0.caller)>\($0.callee)" } ?? "") "
      + "\(column.start) \(column.latency.count) \(buckets)"
  }
}
