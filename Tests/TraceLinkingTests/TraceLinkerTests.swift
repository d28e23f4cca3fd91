import Testing
import TraceLinking
import TraceModel

@Suite struct TraceLinkerTests {
  private let id = TraceID(high: 0, low: 1)

  @Test(arguments: UInt64(0)..<20) func `spans in any order become the same tree`(seed: UInt64) {
    let spans = [
      span("web", .server, 1), span("web", .client, 2, parent: 1), span("cart", .server, 3, parent: 2),
      span("cart", .client, 4, parent: 3), span("web", .client, 5, parent: 1),
    ]
    let trace = TraceLinker.link(id, spans.shuffled(seed: seed))
    #expect(trace.spans.map(\.span.spanID.rawValue) == [1, 2, 3, 4, 5])
    #expect(trace.spans.map(\.depth) == [0, 1, 2, 3, 1])
    #expect(trace.spans.map(\.parent) == [nil, 0, 1, 2, 0])
    #expect(trace.spans[0].children == [1, 4])
    #expect(trace.spans.allSatisfy { !$0.isOrphan })
  }

  @Test func `a span whose parent is missing is kept and marked`() {
    let trace = TraceLinker.link(id, [span("web", .server, 1), span("cart", .server, 2, parent: 77)])
    #expect(trace.spans.map(\.isOrphan) == [false, true])
    #expect(trace.spans.map(\.depth) == [0, 0])
  }

  @Test func `a span received twice is shown once and counted`() {
    let trace = TraceLinker.link(id, [span("web", .server, 1), span("web", .server, 1)])
    #expect(trace.spans.count == 1)
    #expect(trace.duplicateCount == 1)
  }

  @Test func `two spans of one ID but different kinds are both kept`() {
    let trace = TraceLinker.link(
      id, [span("web", .client, 2), span("cart", .server, 2, start: 3), span("cart", .internal, 4, parent: 2)])
    #expect(trace.spans.count == 3)
    // What the server does hangs under the server.
    let work = trace.spans.firstIndex { $0.span.kind == .internal }
    #expect(work.flatMap { trace.spans[$0].parent }.map { trace.spans[$0].span.kind } == .server)
  }

  @Test func `circles are cut at their earliest span`() {
    let trace = TraceLinker.link(
      id,
      [
        span("a", .internal, 1, parent: 3), span("a", .internal, 2, parent: 1), span("a", .internal, 3, parent: 2),
        span("a", .internal, 4, parent: 3), span("a", .internal, 5, parent: 5),
      ])
    #expect(trace.spans.map(\.span.spanID.rawValue) == [1, 2, 3, 4, 5])
    #expect(trace.spans.map(\.isOrphan) == [true, false, false, false, true])
  }

  @Test func `a chain of 200,000 spans links without recursion`() {
    let spans = (1...200_000).map { span("a", .internal, UInt64($0), parent: UInt64($0 - 1)) }
    let trace = TraceLinker.link(id, spans.reversed())
    #expect(trace.spans.count == 200_000)
    #expect(trace.spans.last?.depth == 199_999)
  }

  @Test(arguments: UInt64(0)..<200) func `every span of a random graph is in the tree exactly once`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let spans = (1...UInt64.random(in: 1...40, using: &random)).map { number in
      span("a", .internal, number, parent: UInt64.random(in: 0...45, using: &random))
    }
    let trace = TraceLinker.link(id, spans.shuffled(seed: seed))
    #expect(Set(trace.spans.map(\.span.spanID)) == Set(spans.map(\.spanID)))
    #expect(trace.spans.count == spans.count)
    for (position, linked) in trace.spans.enumerated() {
      guard let parent = linked.parent else {
        #expect(linked.isOrphan != linked.span.parentSpanID.isZero)
        continue
      }
      #expect(parent < position)
      #expect(trace.spans[parent].span.spanID == linked.span.parentSpanID)
      #expect(trace.spans[parent].children.contains(position))
    }
  }
}
