import Testing
import TraceLinking
import TraceModel

@Suite struct FoldLimitTests {
  @Test(arguments: [200, 1000, 4000, 20_000, 100_000])
  func `figures keep within the bytes given, and lose no span`(byteCountMax: Int) throws {
    let spans = (1...3000).map {
      span(
        "service\($0 % 200)", .server, $0, parent: 9000 + $0, trace: $0, start: $0 * 7000, lasts: $0 % 97 * $0 % 89,
        name: "name\($0 % 500)")
    }
    var ring = MemoryRing(byteCountMax: byteCountMax)
    try ring.append(blocks(1, spans))
    let aggregates = ring.segments[0].aggregates
    let taken =
      aggregates.totals.count + aggregates.minutes.count + aggregates.unresolved.count * 16
      + aggregates.corrections.values.reduce(0) { $0 + $1.count }
    #expect(taken <= byteCountMax)
    if byteCountMax >= 20_000 {
      #expect(try ring.sum().serviceMap(.all, overwrittenBefore: nil).coverage.spans == 3000)
    }
  }

  @Test func `keys past their bounds count under __other__`() throws {
    var limits = LinkingLimits()
    (limits.servicesMax, limits.peersMax, limits.edgesMax) = (5, 3, 4)
    (limits.spanNamesPerServiceMax, limits.spanNamesMax) = (2, 6)
    let spans = (1...100).map {
      span(
        "s\($0 % 10)", .client, $0, trace: $0, Attribute("server.address", .string("h\($0 % 7)")), name: "n\($0 % 9)")
    }
    var ring = MemoryRing(ServiceMapFold(limits: limits))
    try ring.append(blocks(1, spans))
    let sum = try ring.sum()
    let map = sum.serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.count <= 4 + 6 && map.edges.reduce(0) { $0 + $1.calls } == 100)
    #expect(map.nodes.count { $0.kind == .service } == 5)
    #expect(map.nodes.contains { $0.name == "__other__" })
    #expect(map.coverage.spans == 100)
  }

  @Test func `100,000 services and span names are bounded, and nothing is lost or counted twice`() throws {
    let spans = (1...100_000).flatMap { number in
      [
        span("s\(number)", .client, 1, trace: number, name: "call \(number)"),
        span("t\(number % 10)", .server, 2, parent: 1, trace: number, name: "serve \(number)"),
      ]
    }
    for byteCountMax in [1 << 20, 1 << 16] {
      var ring = MemoryRing(byteCountMax: byteCountMax)
      try ring.append(
        stride(from: 0, to: spans.count, by: 4000).map {
          FoldableBlock(
            segment: 1, receivedAt: RandomForest.received, batch: SpanBatch(spans[$0..<min($0 + 4000, spans.count)]))
        })
      let sum = try ring.sum()
      let map = sum.serviceMap(.all, overwrittenBefore: nil)
      #expect(map.coverage.spans == 200_000 && map.coverage.paired == 200_000)
      #expect(map.nodes.count <= 4200 && map.edges.count <= 20_010)
      #expect(map.nodes.reduce(0) { $0 + $1.spans } == 200_000)
      // Each trace has one request, that of its client span, and one call.
      #expect(map.nodes.reduce(0) { $0 + $1.latency.count } == 200_000)
      #expect(map.edges.reduce(0) { $0 + $1.calls } == 100_000)
      #expect(map.nodes.contains { $0.name == "__other__" && $0.spans > 90_000 })
      let names = sum.spanNameLatencies(.ofService("__other__")) + sum.spanNameLatencies(.ofService("t1"))
      #expect(names.contains { $0.spanName == "__other__" })
    }
  }

  @Test(arguments: [1, 3, 10, 50])
  func `minutes past their bound become longer, and lose nothing`(rowsMax: Int) throws {
    var limits = LinkingLimits()
    limits.rowsMax = rowsMax
    let spans = (1...300).map { span("web", .server, $0, trace: $0, start: $0 * 60_000) }
    var ring = MemoryRing(ServiceMapFold(limits: limits))
    try ring.append(blocks(1, spans))
    #expect(try ring.sum().serviceMap(.all, overwrittenBefore: nil).coverage.spans == 300)
    var sum = Aggregates()
    try sum.add(
      ring.segments[0].aggregates.minutes, .beginning(in: TimeWindow(to: Timestamp(unixSeconds: 9_000_000_000))))
    let count = sum.serviceMap(.all, overwrittenBefore: nil).coverage.spans
    #expect(count == (ring.segments[0].aggregates.minutes.isEmpty ? 0 : 300))
  }

  @Test func `histograms past their bound lose their shape, not their counts`() throws {
    var limits = LinkingLimits()
    limits.linesMax = 4
    let spans = (1...300).map { span("web\($0 % 3)", .server, $0, trace: $0, lasts: $0 * $0 * $0) }
    var ring = MemoryRing(ServiceMapFold(limits: limits))
    try ring.append(blocks(1, spans))
    let map = try ring.sum(limits: limits).serviceMap(.all, overwrittenBefore: nil)
    #expect(map.coverage.spans == 300)
    #expect(map.nodes.filter { $0.kind != .user }.reduce(0) { $0 + $1.spans } == 300)
    #expect(map.edges.reduce(0) { $0 + $1.calls } == 300)
  }

  @Test func `traces past the bound of corrections stay unpaired and are counted`() throws {
    for (traces, spans, joins) in [(2, 100, 10_000), (100, 3, 10_000), (100, 100, 50)] {
      var limits = LinkingLimits()
      (limits.correctedTracesMax, limits.earlierSpansMax, limits.correctionJoinsMax) = (traces, spans, joins)
      var ring = MemoryRing(ServiceMapFold(limits: limits))
      try ring.append(blocks(1, (1...10).map { span("web", .client, $0, trace: $0) }))
      try ring.append(blocks(2, (1...10).map { span("cart", .server, 100 + $0, parent: $0, trace: $0) }))
      let coverage = try ring.sum().serviceMap(.all, overwrittenBefore: nil).coverage
      #expect(coverage.paired > 0 && coverage.unpaired > 0 && coverage.paired + coverage.unpaired == 20)
      #expect(coverage.late == coverage.paired / 2)
    }
  }

  @Test func `of too many unresolved traces the latest are kept`() throws {
    var limits = LinkingLimits()
    limits.unresolvedTracesMax = 3
    var ring = MemoryRing(ServiceMapFold(limits: limits))
    try ring.append(blocks(1, (1...10).map { span("web", .server, $0, parent: 99, trace: $0) }))
    #expect(ring.segments[0].aggregates.unresolved.map(\.low) == [8, 9, 10])
  }

  @Test func `a late parent and a late child are corrected, and counted as late`() throws {
    var ring = MemoryRing()
    try ring.append(
      blocks(1, [span("web", .client, 1, "peer.service=fax"), span("cart", .server, 12, parent: 11, trace: 2)]))
    try ring.append(blocks(2, [span("cart", .server, 2, parent: 1), span("web", .client, 11, trace: 2)]))
    let map = try ring.sum().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map(\.calls) == [2] && map.edges[0].target == "service:cart")
    #expect((map.coverage.paired, map.coverage.unpaired, map.coverage.late) == (4, 0, 2))
    ring.overwriteOldest()
    let rest = try ring.sum().serviceMap(.all, overwrittenBefore: nil)
    #expect(rest.edges.isEmpty && rest.coverage.unpaired == 2 && rest.coverage.late == 0)
  }

  @Test func `a block whose attributes cannot be read is left out`() throws {
    var batch = SpanBatch([span("web", .client, 1, "server.address=db")])
    batch.details = []
    batch.detailEnds = [0]
    let blocks = [
      FoldableBlock(segment: 1, receivedAt: RandomForest.received, batch: batch),
      FoldableBlock(segment: 1, receivedAt: RandomForest.received, batch: SpanBatch([span("web", .server, 2)])),
    ]
    var ring = MemoryRing()
    try ring.append(blocks)
    #expect(try ring.sum().services().map(\.spans) == [1])
  }

  private func blocks(_ segment: UInt64, _ spans: [Span]) -> [FoldableBlock] {
    [FoldableBlock(segment: segment, receivedAt: Timestamp(unixSeconds: 1_800_000_000), batch: SpanBatch(spans))]
  }
}
