import Testing
import TraceLinking
import TraceModel

@Suite struct FoldTests {
  @Test(arguments: UInt64(1)...150)
  func `figures of retained segments add up to a recount of their spans`(seed: UInt64) throws {
    let ring = try ring(seed: seed, isWild: false)
    try expectRecount(ring, .all, seed)
  }

  @Test(arguments: UInt64(1)...150)
  func `IDs used again and duplicates add up too, where the fold is told of all traces`(seed: UInt64) throws {
    let ring = try ring(seed: seed, isWild: true)
    try expectRecount(ring, .all, seed)
  }

  @Test(arguments: UInt64(1)...150)
  func `whole minutes add up to a recount of the spans that ended in them`(seed: UInt64) throws {
    let ring = try ring(seed: seed, isWild: seed % 2 == 0)
    var random = SeededRandom(seed: seed)
    let begin = Timestamp(unixSeconds: 1_700_000_000 / 60 * 60)
    let from = begin + .seconds(60 * UInt64.random(in: 0..<10, using: &random))
    let to = from + .seconds(60 * UInt64.random(in: 1..<12, using: &random))
    try expectRecount(ring, TimeWindow(from: from, to: to), seed)
    try expectRecount(ring, TimeWindow(from: from), seed)
    try expectRecount(ring, TimeWindow(to: to), seed)
  }

  @Test(arguments: UInt64(1)...30)
  func `several passes over a segment give the same bytes as one`(seed: UInt64) throws {
    var limits = LinkingLimits()
    limits.foldByteCountMax = 100 * 84
    let forest = RandomForest(seed: seed, isWild: false)
    var (once, often) = (MemoryRing(), MemoryRing(ServiceMapFold(limits: limits)))
    for blocks in forest.segments {
      try once.append(blocks)
      try often.append(blocks)
    }
    #expect(once.segments.map(\.aggregates) == often.segments.map(\.aggregates), "seed \(seed)")
  }

  @Test func `the same spans in another order give the same bytes`() throws {
    let spans = try RandomForest(seed: 7, isWild: false).segments.flatMap { try $0.flatMap { try $0.batch.spans() } }
    #expect(!spans.isEmpty)
    let aggregates = try ([0, 1, 2] as [UInt64]).map { (seed: UInt64) throws in
      var ring = MemoryRing()
      let unique = Dictionary(grouping: spans, by: \.identity).values.compactMap(\.first)
      let shuffled = unique.sorted { "\($0)" < "\($1)" }.shuffled(seed: seed)
      try ring.append([FoldableBlock(segment: 1, receivedAt: RandomForest.received, batch: SpanBatch(shuffled))])
      return ring.segments[0].aggregates
    }
    #expect(aggregates[0] == aggregates[1] && aggregates[1] == aggregates[2])
  }

  @Test func `more spans than fit into one part are joined like few`() throws {
    var spans: [Span] = []
    for seed in 1...UInt64(250) {
      for block in RandomForest(seed: seed, isWild: true).segments.joined() {
        spans += try block.batch.spans().map { span in
          var span = span
          span.traceID.high = seed
          return span
        }
      }
    }
    #expect(spans.count > 12_000)
    let blocks = stride(from: 0, to: spans.count, by: 1000).map {
      FoldableBlock(
        segment: 1, receivedAt: RandomForest.received, batch: SpanBatch(spans[$0..<min($0 + 1000, spans.count)]))
    }
    var ring = MemoryRing()
    try ring.append(blocks)
    try expectRecount(ring, .all, 0)
    var graph = CallGraph(spanNames: .ofService("shop/cart"))
    for block in blocks {
      try graph.add(block.batch) {
        block.batch.hasSoundTimes(at: $0, receivedAt: block.receivedAt) ? .counted : .skewed
      }
    }
    let (gathered, folded) = (graph.join(), try ring.sum())
    #expect(
      gathered.serviceMap(.all, overwrittenBefore: nil).lines == folded.serviceMap(.all, overwrittenBefore: nil).lines)
    #expect(
      gathered.spanNameLatencies(.ofService("shop/cart")).map(\.line)
        == folded.spanNameLatencies(.ofService("shop/cart")).map(\.line))
  }

  @Test(arguments: UInt64(1)...3)
  func `quantiles of stored figures are within 1.1 percent of exact ones, from microseconds to minutes`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    var durations: [UInt64] = []
    var ring = MemoryRing()
    for segment in UInt64(1)...3 {
      let spans = (UInt64(1)...2000).map { number in
        // Every doubling as likely as any other, with a second heap at 3 ms.
        let doubling = UInt64.random(in: 10...37, using: &random)
        let isUsual = Bool.random(using: &random)
        durations.append(
          isUsual ? .random(in: 2_900_000...3_100_000, using: &random) : .random(in: 0..<1 << doubling, using: &random))
        var span = span("web", .server, number, trace: segment << 32 | number)
        span.end = span.start + Duration(nanoseconds: durations[durations.count - 1])
        return span
      }
      try ring.append([FoldableBlock(segment: segment, receivedAt: RandomForest.received, batch: SpanBatch(spans))])
    }
    durations.sort()
    let figures = try ring.sum()
    let series =
      figures.serviceLatencies() + figures.spanNameLatencies(.all)
      + figures.edgeLatencies(caller: "user", callee: "web")
    #expect(series.count == 3)
    for latency in series.map(\.latency) {
      for (quantile, estimate) in [
        (0.5, latency.p50), (0.9, latency.p90), (0.95, latency.p95), (0.99, latency.p99), (0.999, latency.p999),
      ] {
        let exact = Double(durations[Int((quantile * Double(durations.count)).rounded(.up)) - 1])
        #expect(abs(Double(estimate.nanoseconds) - exact) <= exact * 0.011, "seed \(seed), p\(quantile * 100)")
      }
      #expect(latency.max.nanoseconds == durations.last && latency.min.nanoseconds == durations.first)
    }
  }

  @Test(arguments: UInt64(1)...40)
  func `outcomes told apart add up to all of them`(seed: UInt64) throws {
    let blocks = RandomForest(seed: seed, isWild: true).segments.joined()
    func graph(_ outcome: Outcome?) throws -> Aggregates {
      var graph = CallGraph(outcome: outcome)
      for block in blocks { try graph.add(block.batch) { _ in .counted } }
      return graph.join()
    }
    let whole = try graph(nil)
    let parts = try Outcome.allCases.map { (outcome: Outcome) throws in (outcome, try graph(outcome)) }
    let map = whole.serviceMap(.all, overwrittenBefore: nil)
    for edge in map.edges {
      let subject = LatencySelection.edge(caller: edge.source, callee: edge.target)
      let twins = map.edges.filter { $0.source == edge.source && $0.target == edge.target }
      for (outcome, part) in parts {
        let expected = twins.reduce(0) { $0 + $1.outcomes[outcome] }
        #expect(part.latencies(subject).reduce(0) { $0 + $1.latency.count } == expected, "seed \(seed), \(edge)")
      }
    }
    for node in map.nodes where node.kind == .service {
      for (outcome, part) in parts {
        let own = part.serviceLatencies().filter { "service:" + ($0.service ?? "") == node.id }
        #expect(own.reduce(0) { $0 + $1.latency.count } == node.outcomes[outcome], "seed \(seed), \(node.id)")
      }
    }
  }

  // MARK: Against the recount

  /// A ring of random traces whose oldest segments are overwritten from time to time.
  private func ring(seed: UInt64, isWild: Bool) throws -> MemoryRing {
    var random = SeededRandom(seed: seed)
    var ring = MemoryRing(isAllKnowing: isWild)
    for blocks in RandomForest(seed: seed, isWild: isWild).segments {
      try ring.append(blocks)
      if ring.segments.count > 1, UInt64.random(in: 0..<4, using: &random) == 0 { ring.overwriteOldest() }
    }
    return ring
  }

  private func expectRecount(_ ring: MemoryRing, _ window: TimeWindow, _ seed: UInt64) throws {
    var recount = Recount()
    for block in ring.segments.flatMap(\.blocks) {
      try recount.add(block.batch, segment: block.segment) { row in
        guard block.batch.hasSoundTimes(at: row, receivedAt: block.receivedAt) else {
          return window.isAll ? .skewed : .context
        }
        return window.contains(block.batch.ends[row]) ? .counted : .context
      }
    }
    recount.join()
    let sum = try ring.sum(window)
    let (map, expected) = (
      sum.serviceMap(window, overwrittenBefore: nil), recount.serviceMap(window, overwrittenBefore: nil)
    )
    #expect(map.lines == expected.lines, "seed \(seed)")
    #expect((map.from, map.to) == (expected.from, expected.to), "seed \(seed)")
    var (coverage, expectedCoverage) = (map.coverage, expected.coverage)
    (coverage.late, expectedCoverage.late) = (0, 0)  // the recount knows no segments
    #expect(coverage == expectedCoverage, "seed \(seed)")
    #expect(sum.services().map(\.line) == recount.services().map(\.line), "seed \(seed)")
    #expect(sum.serviceLatencies().map(\.line) == recount.serviceLatencies().map(\.line), "seed \(seed)")
    if window.isAll {
      let names = ["web", "cart", "shop/cart", "shop/mail", "mail", "stock"].flatMap {
        sum.spanNameLatencies(.ofService("service:" + $0)).map(\.line)
      }
      #expect(names.sorted() == recount.spanNameLatencySeries().map(\.line).sorted(), "seed \(seed)")
    }
    for (caller, callee) in [("web", "cart"), ("orders", "mail"), ("cart", "fax"), ("user", "web")] {
      #expect(
        sum.edgeLatencies(caller: caller, callee: callee).map(\.line).sorted()
          == recount.edgeLatencies(caller: caller, callee: callee).map(\.line).sorted(), "seed \(seed)")
    }
    for (summary, exact) in zip(map.nodes.map(\.latency), expected.nodes.map(\.latency)) {
      #expect(summary.isWithinBuckets(of: exact), "seed \(seed)")
    }
  }
}

extension OutcomeCounts {
  fileprivate subscript(outcome: Outcome) -> UInt64 {
    switch outcome {
    case .ok: ok
    case .error: error
    case .throttle: throttle
    case .fault: fault
    }
  }
}

extension ServiceMap {
  fileprivate var lines: [String] {
    nodes.map {
      "\($0.id) \($0.name) \($0.kind) \($0.spans) \($0.outcomes) \($0.latency.count) \($0.latency.mean) \($0.isEstimated)"
    }
      + edges.map {
        "\($0.source) -> \($0.target) \($0.kind) \($0.calls) \($0.outcomes) \($0.latency.count) \($0.latency.mean) "
          + [$0.timeInQueue, $0.networkTime].map { "\($0?.count ?? 0) \($0?.mean ?? .zero)" }.joined(separator: " ")
          + " \($0.isEstimated)"
      }
  }
}

extension ServiceSummary {
  fileprivate var line: String {
    "\(namespace ?? "")/\(name) \(spans) \(outcomes) \(first) \(last) \(latency.count) \(latency.mean)"
  }
}

extension LatencySeries {
  fileprivate var line: String {
    let buckets = buckets.map { "\($0.upperBound.nanoseconds): \($0.count)" }
    return "\(service ?? "") \(spanName ?? "") \(edge.map { "\($0)" } ?? "") \(latency.mean) \(buckets)"
  }
}

extension LatencySummary {
  /// Subtraction leaves the extremes within their buckets, so that quantiles move by as much.
  fileprivate func isWithinBuckets(of exact: LatencySummary) -> Bool {
    zip([min, p50, p99, max], [exact.min, exact.p50, exact.p99, exact.max]).allSatisfy { own, other in
      abs(Double(own.nanoseconds) - Double(other.nanoseconds)) <= Double(other.nanoseconds) * 0.0221 + 1
    }
  }
}
