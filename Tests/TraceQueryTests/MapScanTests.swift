import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

@Suite struct MapScanTests {
  private func scan(_ source: MemorySource, spansPerPass: Int = 1_000_000) -> MapScan {
    var scan = MapScan(source, KeptFolds()) { false }
    scan.spansPerPass = spansPerPass
    return scan
  }

  /// Apart from what only segments know: which spans came late.
  private func map(_ aggregates: Aggregates, _ window: TimeWindow) -> ServiceMap {
    var map = aggregates.serviceMap(window, overwrittenBefore: nil)
    map.coverage.late = 0
    map.nodes.removeAll { $0.spans == 0 && $0.latency.count == 0 }
    return map
  }

  private func windows(_ random: inout SeededRandom) -> [TimeWindow] {
    let from = SegmentSumTests.begin + .seconds(60 * UInt64.random(in: 0..<20, using: &random))
    let to = from + .seconds(60 * UInt64.random(in: 1..<20, using: &random))
    return [TimeWindow(from: from, to: to), TimeWindow(from: from), TimeWindow(to: to), .all]
  }

  @Test(arguments: UInt64(1)...30)
  func `going through the spans gives what stored figures give, in one pass or in many`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let source = try MemorySource(seed: seed, reach: 2, storedSegments: seed % 3 == 0 ? [10, 12] : nil)
    for window in windows(&random) {
      let expected = map(try source.joined(window) { _ in true }, window)
      #expect(map(try scan(source).ask(window).aggregates, window) == expected, "seed \(seed), \(window)")
      let pieces = try scan(source, spansPerPass: 9).ask(window).aggregates
      #expect(map(pieces, window) == expected, "seed \(seed), \(window), in passes")
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `the map of some traces is the map of a ring with no others`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let source = try MemorySource(seed: seed, reach: 2)
    let traces = Set((UInt64(1)...20).filter { _ in Bool.random(using: &random) }.map { TraceID(high: 0, low: $0) })
    for window in windows(&random) {
      var graph = CallGraph()
      for block in source.blocks {
        try graph.add(block.batch) { row in
          guard traces.contains(block.batch.traceIDs[row]) else { return nil }
          return window.part(of: block.batch, row: row, receivedAt: block.receivedAt)
        }
      }
      let found = try scan(source).ask(window, traces: traces)
      #expect(map(found.aggregates, window) == map(graph.join(), window), "seed \(seed), \(window)")
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `the map of groups is the sum of the map of services`(seed: UInt64) throws {
    let source = try MemorySource(seed: seed, reach: 2)
    let services = try scan(source).ask(.all).aggregates
    let byName = ServiceGrouping("service.name")
    let grouped = services.serviceMap(.all, overwrittenBefore: nil) { byName.group(of: $0) }
    let whole = services.serviceMap(.all, overwrittenBefore: nil)
    #expect(grouped.edges.map(\.calls) == whole.edges.map(\.calls), "seed \(seed)")
    #expect(grouped.nodes.map(\.outcomes) == whole.nodes.map(\.outcomes), "seed \(seed)")

    // All have the same team, so all calls between them are the team's to itself.
    let byTeam = ServiceGrouping("team")
    let one = try scan(source).ask(.all) { resource in
      var resource = resource
      resource.attributes.append(Attribute("team", .string("1:a/b")))
      return byTeam.marked(resource)
    }
    let map = one.aggregates.serviceMap(.all, overwrittenBefore: nil) { byTeam.group(of: $0) }
    let teams = map.nodes.filter { $0.kind == .service }
    #expect(teams.map(\.id) == ["group:team=1:a/b"] && teams.map(\.name) == ["1:a/b"])
    #expect(teams.map(\.spans) == [whole.nodes.filter { $0.kind == .service }.reduce(0) { $0 + $1.spans }])
    #expect(map.edges.reduce(0) { $0 + $1.calls } == whole.edges.reduce(0) { $0 + $1.calls })
    #expect(map.coverage == whole.coverage)
  }

  @Test func `a service without the attribute is in the group of those without it`() throws {
    let byTeam = ServiceGrouping("team")
    let found = try scan(try MemorySource(seed: 1, reach: 1)).ask(.all) { byTeam.marked($0) }
    let map = found.aggregates.serviceMap(.all, overwrittenBefore: nil) { byTeam.group(of: $0) }
    #expect(map.nodes.filter { $0.kind == .service }.map(\.id) == ["group:team"])
    #expect(map.nodes.first { $0.id == "group:team" }?.name == "no team")
  }

  @Test func `a segment that is gone is missing in the answer`() throws {
    var source = try MemorySource(seed: 5, reach: 2)
    source.goneSegments = [12]
    let missing = try scan(source, spansPerPass: 9).ask(.all).missingBlocks
    #expect(missing == source.blocks.count { $0.segment == 12 })
  }

  @Test func `who has given up gets no answer`() throws {
    let scan = MapScan(try MemorySource(seed: 5, reach: 2), KeptFolds()) { true }
    #expect(throws: QueryError.abandoned) { try scan.ask(.all) }
  }
}
