import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

@Suite struct SegmentSumTests {
  @Test(arguments: UInt64(1)...40)
  func `any window over whole minutes is answered as by joining all spans`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let source = try MemorySource(seed: seed, reach: 2)
    for _ in 0..<2 {
      let from = Self.begin + .seconds(60 * UInt64.random(in: 0..<20, using: &random))
      let to = from + .seconds(60 * UInt64.random(in: 1..<20, using: &random))
      for window in [TimeWindow(from: from, to: to), TimeWindow(from: from), TimeWindow(to: to), .all] {
        try expectJoined(source, window, seed)
      }
    }
  }

  @Test(arguments: UInt64(1)...40)
  func `any window at all is answered so where no trace crosses segments`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let source = try MemorySource(seed: seed, reach: 0)
    for _ in 0..<2 {
      let from = Self.begin + .milliseconds(UInt64.random(in: 0..<1_200_000, using: &random))
      let to = from + .milliseconds(UInt64.random(in: 1..<1_200_000, using: &random))
      for window in [TimeWindow(from: from, to: to), TimeWindow(from: from), TimeWindow(to: to)] {
        try expectJoined(source, window, seed)
      }
    }
  }

  @Test(arguments: UInt64(1)...40, [500_000, 60])
  func `a part of a minute that is many segments is answered as by joining all spans, if they are joined together`(
    seed: UInt64, joinedSpansMax: Int
  ) throws {
    var random = SeededRandom(seed: seed)
    // All of them in 46 seconds.
    let source = try MemorySource(seed: seed, reach: 2, haste: 30)
    var sum = SegmentSum(source)
    sum.joinedSpansMax = joinedSpansMax
    for _ in 0..<4 {
      let from = Self.begin + .milliseconds(UInt64.random(in: 1..<40_000, using: &random))
      let to = from + .milliseconds(UInt64.random(in: 1..<20_000, using: &random))
      for window in [TimeWindow(from: from, to: to), TimeWindow(from: from), TimeWindow(to: to)] {
        let spans = try sum.ask(window, .none).aggregates.serviceMap(window, overwrittenBefore: nil).coverage.spans
        #expect(
          spans == (try source.joined(window) { _ in true }.serviceMap(window, overwrittenBefore: nil).coverage.spans))
        if joinedSpansMax > 60 { try expectJoined(source, window, seed) }
      }
    }
  }

  @Test(arguments: UInt64(1)...10)
  func `segments without stored figures are folded, and but once`(seed: UInt64) throws {
    let source = try MemorySource(seed: seed, reach: 2, storedSegments: [11, 13])
    try expectJoined(source, .all, seed)
    let sum = SegmentSum(source)
    _ = try sum.ask(.all, .none)
    let reads = source.readCount
    _ = try sum.ask(.all, .none)
    #expect(source.readCount == reads)
  }

  @Test func `totals answer without a look at the spans`() throws {
    let source = try MemorySource(seed: 3, reach: 2)
    let reads = source.readCount
    _ = try SegmentSum(source).ask(.all, .none)
    _ = try SegmentSum(source).ask(TimeWindow(from: Self.begin, to: Self.begin + .seconds(86_400)), .ofService("web"))
    #expect(source.readCount == reads)
  }

  @Test(arguments: UInt64(1)...20)
  func `whole minutes are answered without a look at the spans, parts of one by the segments that they cut`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    let source = try MemorySource(seed: seed, reach: 2)
    let minute = UInt64.random(in: 0..<20, using: &random)
    let (from, to) = (Self.begin + .seconds(60 * minute), Self.begin + .seconds(60 * (minute + 7)))
    let reads = source.readCount
    for window in [TimeWindow(from: from, to: to), TimeWindow(from: from), TimeWindow(to: to)] {
      _ = try SegmentSum(source).ask(window, .none)
    }
    #expect(source.readCount == reads, "seed \(seed)")
    let cut = to + .milliseconds(31_007)
    let touched = source.segments.count { $0.earliestEnd < to + .seconds(60) && $0.latestEnd >= to }
    _ = try SegmentSum(source).ask(TimeWindow(from: from, to: cut), .none)
    #expect(source.readCount - reads <= touched, "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...20)
  func `the next question adds up only what may have changed since`(seed: UInt64) throws {
    let folds = KeptFolds()
    var source = try MemorySource(seed: seed, reach: 2, storedSegments: [10, 11, 12, 13])
    func expectJoined(_ window: TimeWindow) throws {
      let old = source.oldSegments
      let map = try SegmentSum(source, folds, { false }).ask(window, .none).aggregates
        .serviceMap(window, overwrittenBefore: nil)
      let joined = try source.joined(window) { !old.contains($0.segment) }
      #expect(map.lines == joined.serviceMap(window, overwrittenBefore: nil).lines, "seed \(seed), \(window), \(old)")
    }
    let (all, late) = (TimeWindow.all, TimeWindow(from: Self.begin + .seconds(240)))
    try expectJoined(all)
    let figureReads = source.figureReadCount
    try expectJoined(all)
    #expect(source.figureReadCount == figureReads, "seed \(seed): stored figures were read again")
    for window in [late, late, all, late] { try expectJoined(window) }
    source.oldSegments = [10]
    for window in [late, all, all] { try expectJoined(window) }
    source.oldSegments = [10, 11, 12]
    for window in [all, late] { try expectJoined(window) }
  }

  @Test func `stored figures that cannot be read are folded again`() throws {
    var source = try MemorySource(seed: 5, reach: 2)
    source.damagedSegments = [10, 11, 12, 13, 14]
    let result = try SegmentSum(source).ask(.all, .none)
    #expect(result.missingBlocks == 0)
    #expect(
      result.aggregates.serviceMap(.all, overwrittenBefore: nil).coverage
        == (try SegmentSum(try MemorySource(seed: 5, reach: 2)).ask(.all, .none)).aggregates
        .serviceMap(.all, overwrittenBefore: nil).coverage)
  }

  @Test func `a segment that is gone is missing in the answer, and so is what it changed`() throws {
    var source = try MemorySource(seed: 5, reach: 2)
    source.goneSegments = [12]
    let result = try SegmentSum(source).ask(.all, .none)
    #expect(result.missingBlocks == source.blocks.count { $0.segment == 12 })
    let rest = try source.joined(.all) { $0.segment != 12 }
    #expect(result.aggregates.services().map(\.spans) == rest.services().map(\.spans))
  }

  static let begin = Timestamp(unixSeconds: 1_700_000_000 / 60 * 60)

  private func expectJoined(_ source: MemorySource, _ window: TimeWindow, _ seed: UInt64) throws {
    let result = try SegmentSum(source).ask(window, .none)
    let joined = try source.joined(window) { _ in true }
    let (map, expected) = (
      result.aggregates.serviceMap(window, overwrittenBefore: nil), joined.serviceMap(window, overwrittenBefore: nil)
    )
    #expect(map.lines == expected.lines, "seed \(seed), \(window)")
    #expect((map.from, map.to) == (expected.from, expected.to), "seed \(seed), \(window)")
    #expect(result.missingBlocks == 0)
    let names = try SegmentSum(source).ask(window, .ofService("web")).aggregates.spanNameLatencies(.ofService("web"))
    let expectedNames = joined.spanNameLatencies(.ofService("web"))
    #expect(names.map(\.buckets) == expectedNames.map(\.buckets), "seed \(seed), \(window)")
  }
}

extension ServiceMap {
  fileprivate var lines: [String] {
    nodes.filter { $0.spans > 0 || $0.latency.count > 0 }
      .map { "\($0.id) \($0.kind) \($0.spans) \($0.outcomes) \($0.latency.mean)" }
      + edges.map { "\($0.source) -> \($0.target) \($0.kind) \($0.calls) \($0.outcomes) \($0.latency.mean)" }
      + ["\(coverage.spans) \(coverage.paired) \(coverage.unpaired) \(coverage.skewed)"]
  }
}
