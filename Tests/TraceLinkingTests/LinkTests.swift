import Testing
import TraceLinking
import TraceModel

/// Links that lead to earlier segments, and past bounds.
@Suite struct LinkTests {
  private static let fourHours: UInt64 = 4 * 3_600_000

  @Test func `a message whose sender came hours and segments before is found by its link`() throws {
    let ring = try ring(
      sender: span(
        "shop", .producer, 1, "messaging.system=kafka", "messaging.destination.name=orders", start: 0),
      taker: span("mail", .consumer, 7, trace: 2, start: Self.fourHours))
    let map = try ring.sum().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map(\.target) == ["service:mail", "queue:kafka/orders"])
    #expect(map.edges[0].timeInQueue?.max == .milliseconds(Self.fourHours - 10))
    #expect((map.coverage.paired, map.coverage.unpaired) == (2, 0))
    var rest = ring
    rest.overwriteOldest()
    let later = try rest.sum().serviceMap(.all, overwrittenBefore: nil)
    #expect(later.edges.isEmpty && later.coverage.unpaired == 1)
  }

  @Test func `a link to what comes in a later segment, or never, is counted`() throws {
    var ring = MemoryRing()
    let taker = span("mail", .consumer, 7, trace: 2, "messaging.system=kafka", "messaging.destination.name=orders")
    for (number, spans) in [
      [taker.linking(to: (1, 1), (1, 2), (9, 9))], [span("shop", .producer, 1)],
      [span("mail", .consumer, 8, trace: 3).linking(to: (1, 1), (8, 8))],
    ].enumerated() {
      try ring.append([
        FoldableBlock(
          segment: UInt64(number) + 1, receivedAt: Timestamp(unixSeconds: 1_700_100_000), batch: SpanBatch(spans))
      ])
    }
    let map = try ring.sum().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.coverage.unlinked == 4)
    #expect(map.edges.map(\.calls) == [3, 1])
    ring.overwriteOldest()
    #expect(try ring.sum().serviceMap(.all, overwrittenBefore: nil).coverage.unlinked == 1)
    ring.overwriteOldest()
    #expect(try ring.sum().serviceMap(.all, overwrittenBefore: nil).coverage.unlinked == 2)
  }

  @Test func `a message belongs to the minute in which it was taken`() throws {
    let ring = try ring(
      sender: span("shop", .producer, 1, start: 0), taker: span("mail", .consumer, 7, trace: 2, start: Self.fourHours))
    let begin = Timestamp(unixSeconds: 1_700_000_000)
    let early = try ring.sum(TimeWindow(to: begin + .seconds(3600))).serviceMap(.all, overwrittenBefore: nil)
    let late = try ring.sum(TimeWindow(from: begin + .seconds(3600))).serviceMap(.all, overwrittenBefore: nil)
    #expect(early.edges.isEmpty)
    #expect(late.edges.map { "\($0.source) \($0.target)" } == ["service:shop service:mail"])
    #expect(late.coverage.paired == 1)
  }

  @Test func `links past their bound are as if they were not there`() throws {
    var limits = LinkingLimits()
    limits.linksMax = 1
    var graph = CallGraph(limits: limits)
    let spans = [
      span("shop", .producer, 1), span("mail", .consumer, 2, trace: 2).linking(to: (1, 1)),
      span("mail", .consumer, 3, trace: 3, "messaging.system=kafka", "messaging.destination.name=orders")
        .linking(to: (1, 1), (1, 9)),
    ]
    try graph.add(SpanBatch(spans)) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map { "\($0.source) \($0.calls)" } == ["queue:kafka/orders 1", "service:shop 1"])
  }

  @Test func `a span with thousands of links takes as many messages as are looked at`() throws {
    var taker = span("mail", .consumer, 2, "messaging.system=kafka", "messaging.destination.name=orders")
    taker.links = (1...5000).map { SpanLink(traceID: TraceID(high: 0, low: 9), spanID: SpanID(rawValue: $0)) }
    var graph = CallGraph()
    try graph.add(SpanBatch([taker])) { _ in .counted }
    #expect(graph.join().serviceMap(.all, overwrittenBefore: nil).edges.map(\.calls) == [128])
  }

  @Test func `what cannot be read behind the attributes is neither a link nor a factor`() throws {
    let taker = span("mail", .consumer, 2, "messaging.system=kafka", "messaging.destination.name=orders")
      .linking(to: (1, 1)).sampled("ot=th:c")
    let whole = SpanBatch([taker])
    for length in 0..<whole.details.count {
      var batch = whole
      batch.details = Array(whole.details.prefix(length))
      batch.detailEnds = [UInt32(length)]
      do throws(CodingError) {
        try ServiceMapFold().annotate(&batch)
        try batch.validate()
      } catch {
        #expect(!batch.isAnnotated)
      }
    }
  }

  /// Three segments: one with the sender, one with nothing to do with it, one with the taker, which links to the sender.
  private func ring(sender: Span, taker: Span) throws -> MemoryRing {
    var ring = MemoryRing()
    let spans = [sender, span("web", .internal, 5, trace: 5), taker.linking(to: (1, 1))]
    for (number, span) in spans.enumerated() {
      try ring.append([
        FoldableBlock(
          segment: UInt64(number) + 1, receivedAt: Timestamp(unixSeconds: 1_700_100_000), batch: SpanBatch([span]))
      ])
    }
    return ring
  }
}
