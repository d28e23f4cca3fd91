import RingSimulator
import RingStore
import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

/// Queries over time against the same queries at each moment, and against the map, over segments that share traces.
@Suite struct PromQLTimelineTests {
  private static let slotByteCount: UInt64 = 512 << 10
  /// Whole minutes.
  private static let now = Timestamp(unixSeconds: 1_700_000_040)

  /// Half an hour of `web` calling `cart`, which asks a database; some spans come much later than their parents.
  private func ring(seed: UInt64) throws -> Ring {
    var random = SplitMix64(state: seed)
    let ring = try Ring.open(
      "/ring", capacity: 10 * Self.slotByteCount, slotByteCount: Self.slotByteCount, files: SimulatedFileSystem(),
      now: { Self.now }, entropy: { 5 }, fold: ServiceMapFold())
    var late: [TraceModel.Span] = []
    for request in 0..<UInt64(120) {
      var spans: [TraceModel.Span] = []
      for index in 0..<UInt64(8) {
        let own = trace(request * 8 + index, &random)
        for span in own {
          if random.next() % 4 == 0 { late.append(span) } else { spans.append(span) }
        }
      }
      if request % 30 == 29 {
        spans += late
        late = []
      }
      try ring.append([ReceivedRequest(SpanBatch(spans))], receivedAt: Self.now)
    }
    try ring.sync()
    return ring
  }

  private func trace(_ number: UInt64, _ random: inout SplitMix64) -> [TraceModel.Span] {
    let start = Self.now - .seconds(random.next() % 1800 + 1)
    let isFault = random.next() % 5 == 0
    func span(
      _ id: UInt64, _ service: String, _ name: String, _ kind: SpanKind, _ attributes: [Attribute]
    ) -> TraceModel.Span {
      let filler = (0..<30).map { _ in String(random.next(), radix: 36) }.joined()
      return Span(
        traceID: TraceID(high: 1, low: number + 1), spanID: SpanID(rawValue: id),
        parentSpanID: SpanID(rawValue: id - 1), name: name, kind: kind, start: start,
        end: start + .milliseconds(random.next() % 900 / id),
        attributes: attributes + [Attribute("filler", .string(filler))],
        status: SpanStatus(code: isFault ? .error : .unset, message: ""),
        resource: Resource(attributes: [Attribute("service.name", .string(service))]))
    }
    return [
      span(1, "web", "GET /", .server, []),
      span(2, "web", "GET \(number % 3)", .client, [Attribute("server.address", .string("cart.example"))]),
      span(3, "cart", "GET /cart", .server, []),
      span(
        4, "cart", "SELECT", .client,
        [Attribute("db.system.name", .string("postgresql")), Attribute("db.namespace", .string("carts"))]),
    ]
  }

  private static let queries = [
    "sum by (client, server) (increase(traces_service_graph_request_total[3m]))",
    "sum by (client, server) (rate(traces_service_graph_request_failed_total[1m] offset 2m))",
    "increase(traces_service_graph_request_client_seconds_sum{server=\"cart\"}[5m])",
    "sum by (le) (increase(traces_service_graph_request_server_seconds_bucket[2m]))",
    "traces_service_graph_request_total{client=\"web\"}",
    "sum by (service, span_name) (increase(traces_spanmetrics_calls_total{span_kind!=\"SPAN_KIND_SERVER\"}[4m]))",
    "traces_spanmetrics_latency_count{status_code=\"STATUS_CODE_ERROR\"} offset 1m",
    "histogram_count(sum(increase(traces_spanmetrics_latency{service=~\"w.*\"}[3m])))",
    "histogram_sum(sum(traces_service_graph_request_server_seconds))",
  ]

  @Test(arguments: [1, 2] as [UInt64])
  func `a query over time is the query at each moment`(seed: UInt64) throws {
    let ring = try ring(seed: seed)
    let snapshot = ring.catalog.snapshot
    #expect(snapshot.storedSegments.count > 3)
    let queries = TraceQueries { () throws(RingError) in snapshot }
    let steps = try PromQLSteps(from: Self.now - .seconds(2100), to: Self.now + .seconds(240), step: .seconds(180))
    for text in Self.queries {
      let query = try PromQLQuery(text)
      let series = try queries.values(of: query, steps).value
      #expect(!series.isEmpty, "seed \(seed), \(text)")
      for step in 0..<steps.count {
        guard case .vector(let samples) = try queries.value(of: query, at: steps.moment(step)).value else { continue }
        let expected = lines(samples.map { ($0.labels, $0.float ?? .nan) })
        let found = lines(
          series.compactMap { one in
            one.points.first { $0.time == steps.moment(step) }.map { (one.labels, $0.value) }
          }.map { labels, value in
            if case .float(let float) = value { (labels, float) } else { (labels, .nan) }
          })
        #expect(found == expected, "seed \(seed), \(text), step \(step)")
      }
    }
  }

  /// Sums are made in another order, so their last digits differ.
  private func lines(_ samples: [(MetricLabels, Double)]) -> [String] {
    samples.map { "\($0.0) \(($0.1 * 1e6).rounded() / 1e6)" }.sorted()
  }

  @Test(arguments: [3, 4] as [UInt64])
  func `increases of any window are the calls of its map`(seed: UInt64) throws {
    let ring = try ring(seed: seed)
    let snapshot = ring.catalog.snapshot
    let queries = TraceQueries { () throws(RingError) in snapshot }
    var random = SplitMix64(state: seed)
    for _ in 0..<20 {
      let (begin, end) = (random.next() % 1_900_000, random.next() % 1_900_000)
      let window = TimeWindow(
        from: Self.now - .milliseconds(max(begin, end) + 1), to: Self.now - .milliseconds(min(begin, end)))
      let map = try queries.serviceMap(window).value
      let length = max(begin, end) + 1 - min(begin, end)
      let calls = try total(
        queries, "sum(increase(traces_service_graph_request_total[\(length)ms]))", at: window.to ?? Self.now)
      #expect(calls == Double(map.edges.reduce(0) { $0 + $1.calls }), "seed \(seed), \(window)")
      let failed = try total(
        queries, "sum(increase(traces_service_graph_request_failed_total[\(length)ms]))", at: window.to ?? Self.now)
      #expect(failed == Double(map.edges.reduce(0) { $0 + $1.outcomes.failed }), "seed \(seed), \(window)")
      let spans = try total(
        queries, "sum(increase(traces_spanmetrics_calls_total[\(length)ms]))", at: window.to ?? Self.now)
      #expect(spans == Double(map.coverage.spans), "seed \(seed), \(window)")
    }
  }

  private func total(_ queries: TraceQueries, _ text: String, at time: Timestamp) throws -> Double {
    guard case .vector(let samples) = try queries.value(of: try PromQLQuery(text), at: time).value else { return .nan }
    return samples.first?.float ?? 0
  }
}
