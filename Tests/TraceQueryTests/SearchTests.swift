import FoundationEssentials
import RingStore
import Testing
import TraceModel
import TraceQuery

@Suite struct SearchTests {
  private let arrival = Timestamp(unixSeconds: 1_700_000_000)

  @Test func `traces are found by any of their spans, newest arrival first, with figures of the whole trace`() throws {
    try withQueries(traces: 5) { (queries: TraceQueries) throws in
      let found = try queries.search(TraceSearch(traceQL: "{ .http.route = \"/cart\" && kind = server }"), .all)
      #expect(found.value.cursor == nil && found.missingBlocks == 0)
      #expect(found.value.traces.map(\.id.low) == [5, 4, 3, 2, 1])
      let newest = try #require(found.value.traces.first)
      #expect(newest.rootService == "web" && newest.rootName == "GET /")
      #expect(newest.spans == 3 && newest.errors == 1 && newest.services == ["cart", "web"])
      #expect(newest.start == start(of: 5) && newest.duration == .milliseconds(100))
      #expect(try queries.search(TraceSearch(traceQL: "{ .trace = 3 }"), .all).value.traces.map(\.id.low) == [3])
      #expect(try queries.search(TraceSearch(traceQL: "{ .trace = 9 }"), .all).value == TraceList())
    }
  }

  @Test func `a window is about the end of the span that matches`() throws {
    try withQueries(traces: 5) { (queries: TraceQueries) throws in
      let window = TimeWindow(from: start(of: 2), to: start(of: 4))
      let found = try queries.search(TraceSearch(traceQL: "{}"), window)
      #expect(found.value.traces.map(\.id.low) == [3, 2])
    }
  }

  @Test(arguments: [1, 2, 3, 7, 100])
  func `pages join to the whole, each trace once`(limit: Int) throws {
    try withQueries(traces: 7) { (queries: TraceQueries) throws in
      var (ids, cursor): ([UInt64], String?) = ([], nil)
      repeat {
        let page = try queries.search(TraceSearch(traceQL: "{ status = error }", limit: limit, cursor: cursor), .all)
        #expect(page.value.traces.count <= limit)
        ids += page.value.traces.map(\.id.low)
        cursor = page.value.cursor
      } while cursor != nil
      #expect(ids == [7, 6, 5, 4, 3, 2, 1])
    }
  }

  @Test func `a search whose time is up answers with what it has, and goes on from its cursor`() throws {
    try withQueries(traces: 7) { (queries: TraceQueries) throws in
      let search = try TraceSearch(traceQL: "{}")
      let none = try queries.search(search, .all, isTimeUp: { true })
      #expect(none.value.traces.isEmpty && none.value.cursor != nil)
      let rest = try queries.search(TraceSearch(traceQL: "{}", cursor: none.value.cursor), .all)
      #expect(rest.value.traces.count == 7)
      #expect(throws: QueryError.abandoned) { try queries.abandoned(when: { true }).search(search, .all) }
    }
  }

  @Test func `what cannot be asked says why`() {
    #expect(throws: QuestionError.limit(0)) { try TraceSearch(traceQL: "{}", limit: 0) }
    #expect(throws: QuestionError.cursor("x")) { try TraceSearch(traceQL: "{}", cursor: "x") }
    do {
      _ = try TraceSearch(traceQL: "{ duration > }")
    } catch {
      #expect("\(error)" == "in the question, at 14: expected a value, for example 100ms, and found \"}\"")
    }
  }

  @Test func `a trace comes in pages where that is asked for`() throws {
    try withQueries(traces: 2) { (queries: TraceQueries) throws in
      let id = TraceID(high: 0, low: 1)
      let first = try #require(try queries.spans(of: id, PageChoice(limit: 2, cursor: nil)).value)
      #expect(first.spans.count == 2 && first.isPartial)
      let second = try #require(try queries.spans(of: id, PageChoice(limit: 2, cursor: first.next)).value)
      #expect(second.spans.count == 1 && second.next == nil && !second.isPartial)
      #expect(Set((first.spans + second.spans).map(\.spanID.rawValue)) == [1, 2, 3])
    }
  }

  private func start(of trace: UInt64) -> Timestamp { arrival - .seconds(100 - trace) }

  /// A root at web, a call to cart, and the call's answer, which failed; each trace a block.
  private func spans(of trace: UInt64) -> [TraceModel.Span] {
    [("web", "GET /", SpanKind.server, 0), ("web", "cart", .client, 10), ("cart", "GET /cart", .server, 20)]
      .enumerated()
      .map { number, span in
        Span(
          traceID: TraceID(high: 0, low: trace), spanID: SpanID(rawValue: UInt64(number) + 1),
          parentSpanID: SpanID(rawValue: UInt64(number)), name: span.1, kind: span.2,
          start: start(of: trace) + .milliseconds(span.3), end: start(of: trace) + .milliseconds(100 - span.3),
          attributes: [
            Attribute("http.route", .string(number == 0 ? "/" : "/cart")), Attribute("trace", .int(Int64(trace))),
          ],
          status: SpanStatus(code: number == 2 ? .error : .unset),
          resource: Resource(attributes: [Attribute("service.name", .string(span.0))]))
      }
  }

  private func withQueries(traces: UInt64, _ body: (TraceQueries) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let ring = try Ring.open(
      directory.path, capacity: 32 << 20, files: DiskFileSystem(), now: { [arrival] in arrival }, entropy: { 7 })
    for trace in 1...traces { try ring.append([SpanBatch(spans(of: trace))], receivedAt: arrival) }
    try ring.sync()
    let catalog = ring.catalog
    try body(TraceQueries { () throws(RingError) in catalog.snapshot })
    try ring.close()
  }
}
