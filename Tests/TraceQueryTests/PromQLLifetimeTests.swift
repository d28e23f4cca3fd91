import RingSimulator
import RingStore
import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

/// What `/metrics` counts, over a ring that is far smaller than what comes in.
@Suite struct PromQLLifetimeTests {
  private static let slotByteCount: UInt64 = 512 << 10
  private static let now = Timestamp(unixSeconds: 1_700_000_000)

  private func open(_ files: SimulatedFileSystem, _ lifetime: LifetimeMetrics) throws -> Ring {
    let ring = try Ring.open(
      "/ring", capacity: 10 * Self.slotByteCount, slotByteCount: Self.slotByteCount, files: files, now: { Self.now },
      entropy: { 5 }, fold: lifetime)
    lifetime.begin(ring.catalog.snapshot)
    return ring
  }

  /// Traces of two spans, `web` calling `cart`, each with some text that does not compress.
  private func request(_ number: UInt64, names: UInt64 = 3, _ random: inout SplitMix64) -> SpanBatch {
    SpanBatch(
      (0..<UInt64(20)).flatMap { index -> [TraceModel.Span] in
        let trace = TraceID(high: number + 1, low: index + 1)
        let filler = (0..<60).map { _ in String(random.next(), radix: 36) }.joined()
        return [("web", SpanKind.client, UInt64(0)), ("cart", .server, 1)].map { service, kind, parent in
          Span(
            traceID: trace, spanID: SpanID(rawValue: parent + 1), parentSpanID: SpanID(rawValue: parent),
            name: "GET \(number % names)", kind: kind, start: Self.now - .seconds(5),
            end: Self.now - .seconds(5) + .milliseconds(10 + index),
            attributes: [Attribute("filler", .string(filler))],
            status: SpanStatus(code: index == 0 ? .error : .unset, message: ""),
            resource: Resource(attributes: [Attribute("service.name", .string(service))]))
        }
      })
  }

  @Test func `counters go on rising while the ring overwrites, and miss nothing`() throws {
    var random = SplitMix64(state: 7)
    let lifetime = LifetimeMetrics()
    let ring = try open(SimulatedFileSystem(), lifetime)
    var (calls, spans) = (UInt64(0), UInt64(0))
    for number in 0..<UInt64(400) {
      try ring.append([ReceivedRequest(request(number, &random))], receivedAt: Self.now)
      guard number % 40 == 39 else { continue }
      let figures = lifetime.refresh(ring.catalog.snapshot)
      let found = figures.metrics.edges.values.reduce(0) { $0 + $1.outcomes.total }
      let counted = figures.metrics.spans.values.reduce(0) { $0 + $1.count }
      #expect(found >= calls && counted >= spans, "after request \(number)")
      (calls, spans) = (found, counted)
      #expect(counted == (number + 1) * 40, "after request \(number)")
    }
    #expect(ring.catalog.snapshot.retention.hasOverwritten)
    let figures = lifetime.refresh(ring.catalog.snapshot)
    let web = TraceMetrics.Service(name: "web")
    let key = TraceMetrics.EdgeKey(client: web, server: TraceMetrics.Service(name: "cart"), kind: .call)
    #expect(figures.metrics.edges[key]?.outcomes.total == 400 * 20)
    #expect(figures.metrics.edges[key]?.outcomes.fault == 400)
    #expect(figures.metrics.spans.count == 3 * 2 * 2)
    let name = TraceMetrics.SpanKey(service: web, name: "GET 1", kind: .client, outcome: .ok)
    #expect(figures.metrics.spans[name]?.count == 133 * 19)
    let exemplars = try #require(figures.exemplars[MetricLabels(name)])
    #expect(exemplars.allSatisfy { (10...29).contains($0.duration.nanoseconds / 1_000_000) })
    #expect(Set(exemplars.map { $0.bucket(TraceMetricFamily.latency.bounds) }).count == exemplars.count)
    #expect(figures.overflowedSpans == 0 && figures.overflowedCalls == 0)
  }

  @Test func `what was there before the start does not count`() throws {
    var random = SplitMix64(state: 8)
    let files = SimulatedFileSystem()
    let earlier = try open(files, LifetimeMetrics())
    for number in 0..<UInt64(30) {
      try earlier.append([ReceivedRequest(request(number, &random))], receivedAt: Self.now)
    }
    try earlier.close()

    let lifetime = LifetimeMetrics()
    let ring = try open(files, lifetime)
    #expect(lifetime.refresh(ring.catalog.snapshot).metrics.spans.isEmpty)
    // Enough for the segment that both have written to be overwritten.
    for number in 30..<UInt64(330) {
      try ring.append([ReceivedRequest(request(number, &random))], receivedAt: Self.now)
    }
    let metrics = lifetime.refresh(ring.catalog.snapshot).metrics
    #expect(metrics.spans.values.reduce(0) { $0 + $1.count } == 300 * 40)
    #expect(metrics.edges.values.reduce(0) { $0 + $1.outcomes.total } == 300 * 20)
  }

  @Test func `series past the bound are counted together`() throws {
    var random = SplitMix64(state: 9)
    let lifetime = LifetimeMetrics(seriesMax: 10)
    let ring = try open(SimulatedFileSystem(), lifetime)
    for number in 0..<UInt64(200) {
      try ring.append([ReceivedRequest(request(number, names: 50, &random))], receivedAt: Self.now)
      if number % 10 == 9 { _ = lifetime.refresh(ring.catalog.snapshot) }
    }
    let figures = lifetime.refresh(ring.catalog.snapshot)
    // Past it one for each kind and outcome.
    #expect(figures.metrics.spans.count <= 10 + 4)
    #expect(figures.metrics.spans.values.reduce(0) { $0 + $1.count } == 200 * 40)
    #expect(figures.overflowedSpans > 0 && figures.overflowedCalls == 0)
    let labels = TraceMetricFamily.calls.figures(in: figures.metrics).keys
    #expect(labels.contains { $0["otel_metric_overflow"] == "true" && $0["span_name"] == "__other__" })
  }

  @Test func `a name that has fallen among the rest counts once`() {
    func key(_ name: String) -> TraceMetrics.SpanKey {
      TraceMetrics.SpanKey(service: TraceMetrics.Service(name: "web"), name: name, kind: .server, outcome: .ok)
    }
    var ledger = MetricsLedger(seriesMax: 2)
    for (now, sum) in [
      (["a": 5], 5), (["__other__": 8], 8), (["a": 6, "b": 4], 10), (["a": 6, "b": 4, "c": 3], 13),
      (["a": 6, "c": 4, "__other__": 7], 17),
    ] as [([String: UInt64], UInt64)] {
      var metrics = TraceMetrics()
      for (name, count) in now {
        metrics.spans[key(name), default: LatencyHistogram()].record(.seconds(1), times: count)
      }
      ledger.take(metrics)
      #expect(ledger.figures(exemplars: [:]).metrics.spans.values.reduce(0) { $0 + $1.count } == sum, "\(now)")
    }
    #expect(ledger.figures(exemplars: [:]).metrics.spans[key("a")]?.count == 6)
  }

  @Test func `what was answered once never falls`() {
    let key = TraceMetrics.EdgeKey(
      client: TraceMetrics.Service(name: "web"), server: TraceMetrics.Service(name: "api"), kind: .external)
    func metrics(_ milliseconds: [UInt64]) -> TraceMetrics {
      var (metrics, edge) = (TraceMetrics(), TraceMetrics.EdgeFigures())
      for length in milliseconds {
        edge.latency.record(.milliseconds(length))
        edge.outcomes.count(.ok)
      }
      metrics.edges[key] = edge
      return metrics
    }
    var ledger = MetricsLedger(seriesMax: 5)
    ledger.take(metrics([5, 7, 500]))
    let before = ledger.figures(exemplars: [:]).metrics.edges[key]
    ledger.take(metrics([5]))
    #expect(ledger.figures(exemplars: [:]).metrics.edges[key]?.outcomes == before?.outcomes)
    #expect(ledger.figures(exemplars: [:]).metrics.edges[key]?.latency.bucketCounts == before?.latency.bucketCounts)
    ledger.take(TraceMetrics())
    #expect(ledger.figures(exemplars: [:]).metrics.edges[key]?.latency.count == 3)
    ledger.take(metrics([5, 7, 500, 900]))
    #expect(ledger.figures(exemplars: [:]).metrics.edges[key]?.latency.count == 4)
  }
}
