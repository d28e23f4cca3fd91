import FoundationEssentials
import RingStore
import Testing
import TraceLinking
import TraceModel
import TraceQuery

@Suite struct TraceQueriesTests {
  private let arrival = Timestamp(unixSeconds: 1_700_000_000)

  @Test func `a window counts spans by their end`() throws {
    try withQueries([span(1, endsAgo: 10), span(2, endsAgo: 100), span(3, endsAgo: 1000)]) {
      (queries: TraceQueries) throws in
      #expect(try queries.services(TimeWindow(from: arrival - .seconds(50))).value.map(\.spans) == [1])
      #expect(try queries.services(TimeWindow(to: arrival - .seconds(50))).value.map(\.spans) == [2])
      #expect(try queries.services(.all).value.map(\.spans) == [3])
      let edge = TimeWindow(from: arrival - .seconds(100), to: arrival - .seconds(10))
      #expect(try queries.services(edge).value.map(\.spans) == [1])
    }
  }

  @Test func `impossible times are part of everything only, and counted as skewed`() throws {
    var (backwards, ahead, zero) = (span(1, endsAgo: 10), span(2, endsAgo: 0), span(3, endsAgo: 10))
    backwards.start = arrival
    ahead.end = arrival + .seconds(601)
    zero.start = Timestamp(unixNanoseconds: 0)
    try withQueries([backwards, ahead, zero, span(4, endsAgo: 10)]) { (queries: TraceQueries) throws in
      #expect(try queries.serviceMap(.all).value.coverage.skewed == 3)
      #expect(try queries.serviceMap(.all).value.coverage.spans == 4)
      let window = TimeWindow(from: arrival - .seconds(60), to: arrival + .seconds(3600))
      #expect(try queries.serviceMap(window).value.coverage.spans == 1)
      #expect(try queries.serviceMap(window).value.coverage.skewed == 0)
    }
  }

  @Test func `a call is found when its parent ends outside of the window`() throws {
    let parent = span(1, endsAgo: 10, kind: .client, service: "web")
    let child = span(2, endsAgo: 40, kind: .server, service: "cart", parent: 1)
    try withQueries([parent, child]) { (queries: TraceQueries) throws in
      let window = TimeWindow(from: arrival - .seconds(60), to: arrival - .seconds(30))
      let map = try queries.serviceMap(window).value
      #expect(map.edges.map(\.target) == ["service:cart"])
      #expect(map.coverage.spans == 1)
      #expect(map.from == window.from && map.to == window.to)
    }
  }

  @Test func `latencies are picked by service, span name and edge`() throws {
    let spans = [
      span(1, endsAgo: 10, kind: .client, service: "web"),
      span(2, endsAgo: 10, kind: .server, service: "cart", parent: 1),
    ]
    try withQueries(spans) { (queries: TraceQueries) throws in
      func series(_ selection: LatencySelection) throws -> [LatencySeries] {
        try queries.latencies(selection, .all).value
      }
      #expect(try series(.services).map(\.service) == ["cart", "web"])
      #expect(try series(.spanNames(service: "cart", name: nil)).map(\.spanName) == ["work"])
      #expect(try series(.spanNames(service: nil, name: "work")).map(\.service) == ["cart", "web"])
      #expect(try series(.spanNames(service: "web", name: "play")).isEmpty)
      #expect(try series(.edge(caller: "web", callee: "cart")).map(\.latency.count) == [1])
      #expect(try series(.edge(caller: "cart", callee: "web")).isEmpty)
    }
  }

  @Test func `latencies are told apart by kind and by outcome`() throws {
    var failing = span(4, endsAgo: 9, kind: .server, service: "cart", parent: 3)
    failing.status.code = .error
    let spans = [
      span(1, endsAgo: 10, kind: .client, service: "web"),
      span(2, endsAgo: 10, kind: .server, service: "cart", parent: 1),
      span(3, endsAgo: 9, kind: .client, service: "web"), failing,
    ]
    try withQueries(spans) { (queries: TraceQueries) throws in
      func lines(_ selection: LatencySelection, _ window: TimeWindow = .all) throws -> [String] {
        try queries.latencies(selection, window).value.map { series in
          let words = [series.service, series.edge.map { "\($0.caller)>\($0.callee)" }, series.spanName]
          return (words.compactMap { $0 } + [series.kind?.description, series.outcome?.description].compactMap { $0 })
            .joined(separator: " ") + " \(series.latency.count)"
        }
      }
      #expect(try lines(LatencySelection(.services, kind: .client)) == ["web client 2"])
      var byKind = LatencySelection.services
      byKind.isByKind = true
      #expect(try lines(byKind) == ["cart server 2", "web client 2"])
      var byOutcome = LatencySelection.services
      byOutcome.isByOutcome = true
      #expect(try lines(byOutcome) == ["cart ok 1", "cart fault 1", "web ok 2"])
      #expect(try lines(LatencySelection(.services, outcome: .fault)) == ["cart fault 1"])
      let work = LatencySelection.Subject.spanNames(service: nil, name: "work")
      #expect(try lines(LatencySelection(work, kind: .server, outcome: .ok)) == ["cart work server ok 1"])
      var apart = LatencySelection(.spanNames(service: "cart", name: nil))
      (apart.isByKind, apart.isByOutcome) = (true, true)
      #expect(try lines(apart) == ["cart work server ok 1", "cart work server fault 1"])
      let edge = LatencySelection.Subject.edge(caller: "web", callee: "cart")
      #expect(try lines(LatencySelection(edge)) == ["web>cart 2"])
      var edgeByOutcome = LatencySelection(edge)
      edgeByOutcome.isByOutcome = true
      #expect(try lines(edgeByOutcome) == ["web>cart ok 2"], "the caller saw no error")
      #expect(try lines(LatencySelection(edge, outcome: .fault)).isEmpty)
      let early = TimeWindow(from: arrival - .seconds(60), to: arrival - .seconds(9))
      #expect(try lines(LatencySelection(edge, outcome: .ok), early) == ["web>cart ok 1"])
      #expect(try lines(LatencySelection(.services, outcome: .ok), early) == ["cart ok 1", "web ok 1"])
    }
  }

  @Test func `percentiles have traces to look at`() throws {
    // Forty calls of 10 to 400 ms, each in a trace of its own; the callee takes half of that.
    var spans: [TraceModel.Span] = []
    for number in UInt64(1)...40 {
      var call = span(2 * number, endsAgo: 10, kind: .client, service: "web")
      call.start = call.end - .milliseconds(10 * number)
      var answer = span(2 * number + 1, endsAgo: 10, kind: .server, service: "cart", parent: 2 * number)
      answer.start = answer.end - .milliseconds(5 * number)
      for var one in [call, answer] {
        one.traceID = TraceID(high: 0, low: number)
        spans.append(one)
      }
    }
    try withQueries(spans) { (queries: TraceQueries) throws in
      func exemplars(_ selection: LatencySelection) throws -> [String] {
        try queries.latencies(selection, .all, hasExemplars: true).value.flatMap(\.exemplars).map {
          "\($0.mark) \($0.traceID.low) \($0.duration)"
        }
      }
      let calls = ["p50 20 200ms", "p90 36 360ms", "p95 38 380ms", "p99 40 400ms", "p99.9 40 400ms", "p100 40 400ms"]
      let answers = ["p50 20 100ms", "p90 36 180ms", "p95 38 190ms", "p99 40 200ms", "p99.9 40 200ms", "p100 40 200ms"]
      #expect(try exemplars(.edge(caller: "web", callee: "cart")) == calls)
      #expect(try exemplars(.spanNames(service: "cart", name: nil)) == answers)
      #expect(try exemplars(LatencySelection(.services, kind: .server)) == answers)
      #expect(try exemplars(LatencySelection(.services, outcome: .ok)) == answers + calls)
      #expect(try queries.latencies(.services, .all).value.allSatisfy(\.exemplars.isEmpty))
    }
  }

  @Test func `a call is found among whatever else its caller does for as long`() throws {
    var spans = [
      span(1, endsAgo: 10, kind: .client, service: "web"),
      span(2, endsAgo: 10, kind: .server, service: "cart", parent: 1),
    ]
    for number in UInt64(10)..<50 {
      spans.insert(span(number, endsAgo: 10, kind: number % 2 == 0 ? .server : .internal, service: "web"), at: 0)
      spans[0].traceID = TraceID(high: 0, low: number)
    }
    for number in spans.indices { spans[number].start = spans[number].end - .milliseconds(400) }
    try withQueries(spans) { (queries: TraceQueries) throws in
      let edge = LatencySelection(.edge(caller: "web", callee: "cart"))
      let exemplars = try queries.latencies(edge, .all, hasExemplars: true).value.flatMap(\.exemplars)
      #expect(exemplars.map(\.mark) == ["p50", "p90", "p95", "p99", "p99.9", "p100"])
      #expect(Set(exemplars.map(\.traceID)) == [spans[spans.count - 1].traceID])
    }
  }

  @Test func `a map can be of the traces that match, of groups, and of a part`() throws {
    var spans = [
      span(1, endsAgo: 10, kind: .client, service: "web"),
      span(2, endsAgo: 10, kind: .server, service: "cart", parent: 1),
      span(3, endsAgo: 20, kind: .client, service: "web"),
      span(4, endsAgo: 20, kind: .server, service: "mail", parent: 3),
    ]
    for number in 2..<4 { spans[number].traceID = TraceID(high: 0, low: 2) }
    for (number, team) in ["edge", "shop", "edge", "shop"].enumerated() {
      spans[number].resource.attributes.append(Attribute("team", .string(team)))
    }
    try withQueries(spans) { (queries: TraceQueries) throws in
      func map(_ question: MapQuestion) throws -> ServiceMap { try queries.serviceMap(.all, question).value }
      let matching = try map(MapQuestion(traceQL: "{ resource.service.name = \"cart\" }"))
      #expect(matching.nodes.map(\.id) == ["service:cart", "service:web"])
      #expect((matching.narrowing.traces, matching.narrowing.hasMoreTraces) == (1, false))
      #expect(matching.coverage.spans == 2)
      #expect(try map(MapQuestion(traceQL: "{}")).edges == (try map(.whole)).edges)
      #expect(try map(MapQuestion(traceQL: "{ name = \"nothing\" }")).nodes.isEmpty)

      let teams = try map(MapQuestion(groupBy: "team"))
      #expect(teams.nodes.map(\.id) == ["group:team=edge", "group:team=shop"])
      #expect(teams.edges.map(\.calls) == [2])
      #expect(teams.narrowing.groupedBy == "team")
      #expect(try map(MapQuestion(groupBy: "service.namespace")).nodes.map(\.id) == ["group:service.namespace"])

      let both = try map(MapQuestion(traceQL: "{ resource.service.name = \"mail\" }", groupBy: "team", around: "shop"))
      #expect(both.edges.map(\.calls) == [1])
      #expect(both.narrowing.around == "shop")
    }
  }

  @Test func `the map of one trace has its spans and no others`() throws {
    var spans = [
      span(1, endsAgo: 10, kind: .client, service: "web"),
      span(2, endsAgo: 9, kind: .server, service: "cart", parent: 1),
      span(3, endsAgo: 20, kind: .client, service: "other"),
    ]
    spans[2].traceID = TraceID(high: 0, low: 2)
    try withQueries(spans) { (queries: TraceQueries) throws in
      let map = try #require(try queries.serviceMap(of: TraceID(high: 0, low: 1))).value
      #expect(map.nodes.map(\.id) == ["service:cart", "service:web"])
      #expect(map.edges.map(\.calls) == [1])
      #expect(map.narrowing.trace == TraceID(high: 0, low: 1))
      #expect((map.from, map.to) == (spans[0].start, spans[1].end))
      #expect(try queries.serviceMap(of: TraceID(high: 9, low: 9))?.value == nil)
    }
  }

  @Test func `an unknown trace is nothing, a known one all its spans`() throws {
    try withQueries([span(1, endsAgo: 10), span(2, endsAgo: 5000)]) { (queries: TraceQueries) throws in
      #expect(try queries.spans(of: TraceID(high: 9, low: 9)).value == nil)
      let found = try #require(try queries.spans(of: TraceID(high: 0, low: 1)).value)
      #expect(found.spans.map(\.spanID.rawValue) == [1, 2])
      #expect(!found.isPartial)
    }
  }

  private func span(
    _ id: UInt64, endsAgo seconds: UInt64, kind: SpanKind = .internal, service: String = "web", parent: UInt64 = 0
  ) -> TraceModel.Span {
    let end = arrival - .seconds(seconds)
    return Span(
      traceID: TraceID(high: 0, low: 1), spanID: SpanID(rawValue: id), parentSpanID: SpanID(rawValue: parent),
      name: "work", kind: kind, start: end - .milliseconds(5), end: end,
      resource: Resource(attributes: [Attribute("service.name", .string(service))]))
  }

  private func withQueries(_ spans: [TraceModel.Span], _ body: (TraceQueries) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let ring = try Ring.open(
      directory.path, capacity: 32 << 20, files: DiskFileSystem(), now: { [arrival] in arrival }, entropy: { 7 },
      fold: ServiceMapFold())
    try ring.append([SpanBatch(spans)], receivedAt: arrival)
    try ring.sync()
    let catalog = ring.catalog
    try body(TraceQueries { () throws(RingError) in catalog.snapshot })
    try ring.close()
  }
}
