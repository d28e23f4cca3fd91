import Testing
import TraceLinking
import TraceModel

private let systems =
  plainSystems + servedSystems + layeredSystems + messageSystems + nodeSystems + strangeSystems + sampledSystems

@Suite struct EdgeTests {
  @Test(arguments: systems) func `the map is exactly the calls made`(_ system: SmallSystem) throws {
    let map = try map(of: [system.spans])
    #expect(map.edges.map(\.text) == system.edges)
    #expect(map.coverage.unpaired == system.unpaired)
    if let nodes = system.nodes { #expect(map.nodes.map(\.text) == nodes) }
    if let times = system.times { #expect(map.edges.flatMap(\.times) == times.filter { !$0.isEmpty }) }
    #expect(map.edges.allSatisfy { $0.outcomes.total == $0.calls && $0.latency.count == $0.calls })
    #expect(map.nodes.allSatisfy { $0.outcomes.total == $0.latency.count })
  }

  @Test(arguments: systems) func `the order of arrival changes nothing`(_ system: SmallSystem) throws {
    let expected = try map(of: [system.spans])
    #expect(try map(of: system.spans.reversed().map { [$0] }) == expected)
    #expect(try map(of: [system.spans.shuffled(seed: 42)]) == expected)
  }

  @Test func `a node serves what came from outside, not what it does inside`() throws {
    let map = try map(of: [
      [
        span("web", .server, 1, lasts: 50), span("web", .internal, 2, parent: 1), span("web", .client, 3, parent: 2),
        span("cart", .server, 4, parent: 3, lasts: 20),
      ]
    ])
    let web = try #require(map.nodes.first { $0.name == "web" })
    #expect(web.spans == 3)
    #expect(web.latency.count == 1)
    #expect(web.latency.max == .milliseconds(50))
  }

  @Test func `an edge's latency is the caller's`() throws {
    let map = try map(of: [[span("web", .client, 1, lasts: 30), span("cart", .server, 2, parent: 1, lasts: 20)]])
    #expect(map.edges.first?.latency.max == .milliseconds(30))
    let plain = try self.map(of: [
      [span("web", .internal, 1, lasts: 30), span("cart", .server, 2, parent: 1, lasts: 20)]
    ])
    #expect(plain.edges.first?.latency.max == .milliseconds(20))
  }

  @Test func `a parent outside of the window is found but not counted`() throws {
    var graph = CallGraph()
    let spans = [span("web", .client, 1), span("cart", .server, 2, parent: 1)]
    try graph.add(SpanBatch(spans)) { $0 == 0 ? .context : .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map(\.text) == ["service:web -> service:cart call 1"])
    #expect(map.coverage.spans == 1)
    #expect(map.coverage.paired == 1)
  }

  @Test func `a call belongs to the window in which the callee ended`() throws {
    var graph = CallGraph()
    let spans = [span("web", .client, 1), span("cart", .server, 2, parent: 1)]
    try graph.add(SpanBatch(spans)) { $0 == 0 ? .counted : .context }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.isEmpty)
    #expect(map.coverage.paired == 1 && map.coverage.unpaired == 0)
  }

  @Test func `a request is served whether or not its caller was seen`() throws {
    let map = try map(of: [[span("web", .server, 1, parent: 99), span("web", .consumer, 2, parent: 98)]])
    #expect(map.nodes.first?.latency.count == 2)
  }

  @Test func `spans past the bound count for their node and as unpaired`() throws {
    var limits = LinkingLimits()
    limits.pairableSpansMax = 1
    var graph = CallGraph(limits: limits)
    try graph.add(SpanBatch([span("web", .client, 1), span("cart", .server, 2, parent: 1)])) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.coverage.unpaired == 2)
    #expect(map.coverage.spans == 2)
  }

  @Test func `nodes past the bound are drawn as one`() throws {
    var limits = LinkingLimits()
    limits.servicesMax = 3
    var graph = CallGraph(limits: limits)
    let spans = (1...10).map { span("service\($0)", .server, $0, parent: 99) }
    try graph.add(SpanBatch(spans)) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.nodes.count == 4)
    #expect(map.nodes.first { $0.name == "__other__" }?.spans == 7)
  }

  @Test func `an ID used 100,000 times takes no longer than as many IDs`() throws {
    let spans = (0..<100_000).map { span("web", .internal, 7, parent: 7, start: $0) }
    let map = try map(of: [spans])
    #expect(map.coverage.spans == 100_000)
    #expect(TraceLinker.link(spans[0].traceID, spans).spans.count == 100_000)
  }

  @Test func `impossible times do not stretch the map's`() throws {
    var graph = CallGraph()
    var skewed = span("web", .server, 2)
    skewed.end = Timestamp(unixNanoseconds: .max)
    let sound = span("web", .server, 1)
    try graph.add(SpanBatch([skewed, sound])) { $0 == 0 ? .skewed : .counted }
    let aggregates = graph.join()
    #expect(aggregates.serviceMap(.all, overwrittenBefore: nil).to == sound.end)
    #expect(aggregates.services().map(\.last) == [sound.end])
  }

  @Test func `a name without end is drawn with the others past the bound`() throws {
    let map = try map(of: [[span(String(repeating: "x", count: 20_000), .server, 1), span("web", .server, 2)]])
    #expect(map.nodes.map(\.name).sorted() == ["__other__", "user", "web"])
  }

  private func map(of batches: [[Span]]) throws -> ServiceMap {
    var graph = CallGraph()
    for spans in batches { try graph.add(SpanBatch(spans)) { _ in .counted } }
    return graph.join().serviceMap(.all, overwrittenBefore: nil)
  }
}

extension OutcomeCounts {
  fileprivate var failures: [String] {
    [("error", error), ("throttle", throttle), ("fault", fault)].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
  }
}

extension ServiceMap.Node {
  fileprivate var text: String {
    (["\(id) \(spans) \(latency.count)"] + outcomes.failures + (isEstimated ? ["estimated"] : []))
      .joined(separator: " ")
  }
}

extension ServiceMap.Edge {
  fileprivate var text: String {
    (["\(source) -> \(target) \(kind.rawValue) \(calls)"] + outcomes.failures + (isEstimated ? ["estimated"] : []))
      .joined(separator: " ")
  }

  fileprivate var times: [String] {
    [("queue", timeInQueue), ("network", networkTime)].compactMap { what, time in
      time.map { "\(source) -> \(target) \(what) \($0.mean)" }
    }
  }
}
