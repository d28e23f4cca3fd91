import Testing
import TraceModel

@testable import Rendering

@Suite struct TraceListTests {
  static let list = TraceList(
    traces: [
      TraceSummary(
        id: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736), rootService: "web",
        rootName: "GET /checkout", start: Timestamp(unixSeconds: 1_795_269_600), duration: .milliseconds(1240),
        spans: 14, errors: 1, services: ["cart", "payment", "web"],
        spanSets: [
          SpanSet(
            spans: [
              SpanSet.MatchedSpan(
                id: SpanID(rawValue: 0xf067_aa0b_a902_b7), name: "charge", service: "payment",
                start: Timestamp(unixSeconds: 1_795_269_600), duration: .milliseconds(7),
                attributes: [Attribute("retries", .int(2)), Attribute("share", .double(0.5))])
            ], matched: 4, attributes: [Attribute("count()", .int(4)), Attribute("by(kind)", .string("client"))])
        ]),
      TraceSummary(
        id: TraceID(high: 0, low: 7), rootService: "", rootName: "", start: Timestamp(unixNanoseconds: 0),
        duration: .zero, spans: 1, errors: 0, services: []),
      TraceSummary(
        id: TraceID(high: 1, low: 1), rootService: "batch", rootName: "night's work",
        start: Timestamp(unixSeconds: 1_795_200_000), duration: .seconds(7200), spans: 1_234_567, errors: 0,
        services: ["batch"]),
    ], cursor: "1f-2a000-3e8", cut: .limit)

  @Test func `the traces found are printed as they were approved`() throws {
    try Golden.expect(TraceTable(Self.list, style: .plain).text, "traces.txt")
    try Golden.expect(TraceTable(Self.list, style: .ansi).text, "traces.ansi")
    try Golden.expect(String(decoding: AnswerJSON.encode(Self.list, partial: true), as: UTF8.self), "traces.json")
  }

  @Test func `what is encoded comes back`() throws {
    for list in [Self.list, TraceList()] {
      #expect(try AnswerJSON.decodeTraceList(AnswerJSON.encode(list, partial: false)) == list)
    }
    let text = String(decoding: AnswerJSON.encode(TraceList(), partial: false), as: UTF8.self)
    #expect(!text.contains("cursor") && !text.contains("partial"))
    #expect(throws: RenderingError.self) {
      try AnswerJSON.decodeTraceList(Array(#"{"traces":[{"trace_id":"xyz"}]}"#.utf8))
    }
  }

  @Test func `columns stay aligned and harmless whatever the names`() {
    var list = TraceList(cursor: nil)
    for name in Hostile.names {
      var trace = Self.list.traces[0]
      (trace.rootService, trace.rootName) = (name, name)
      list.traces.append(trace)
    }
    let lines = TraceTable(list, style: .plain).text.split(separator: "\n")
    #expect(lines.count == list.traces.count + 1)
    #expect(Set(lines.map { String($0).columns }).count == 1)
    list.cursor = "\u{1b}[2J"
    #expect(!TraceTable(list, style: .plain).text.contains("\u{1b}"))
  }
}
