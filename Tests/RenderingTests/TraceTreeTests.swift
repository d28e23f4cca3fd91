import Testing
import TraceModel

@testable import Rendering

@Suite struct TraceTreeTests {
  @Test func `the shop's trace is printed as it was approved`() throws {
    try Golden.expect(TraceTree(Shop.trace, width: 100, style: .plain).text, "tree.txt")
    try Golden.expect(TraceTree(Shop.trace, width: 120, style: .ansi).text, "tree.ansi")
    try Golden.expect(TraceTree(Shop.trace, width: 60, style: .plain, partial: true).text, "tree-narrow.txt")
  }

  @Test(arguments: [0, 40, 41, 63, 64, 80, 100, 137, 1_000, .max])
  func `no line is wider than it may be, whatever the names`(width: Int) {
    let tree = TraceTree(Self.hostileTrace, width: width, style: .plain, partial: true).text
    let limit = min(max(width, 40), 1_000)
    for line in tree.split(separator: "\n") { #expect(String(line).columns <= limit, "\(line)") }
  }

  @Test func `no text of a span reaches the terminal's controls`() {
    let plain = TraceTree(Self.hostileTrace, width: 100, style: .plain).text
    #expect(plain.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) })
    #expect(!plain.unicodeScalars.contains("\u{202e}"))
    let dressed = TraceTree(Self.hostileTrace, width: 100, style: .ansi).text
    #expect(dressed.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
  }

  @Test func `ten thousand levels are printed without recursion and without a wall of spaces`() {
    var trace = Trace(id: Shop.traceID, spans: [])
    for depth in 0..<10_000 {
      var linked = Shop.trace.spans[1]
      linked.span.status.code = depth % 100 == 0 ? .error : .unset
      linked.parent = depth == 0 ? nil : depth - 1
      linked.children = depth == 9_999 ? [] : [depth + 1]
      linked.depth = depth
      trace.spans.append(linked)
    }
    let text = TraceTree(trace, width: 100, style: .plain).text
    #expect(text.contains("[9999] web GET cart"))
    #expect(text.utf8.count < 3_000_000)
  }

  @Test func `a branch goes on beside the details and descendants of its elder sibling`() {
    let text = TraceTree(Shop.trace, width: 100, style: .plain).text
    #expect(text.contains("  │ │   card provider did not answer"))
    #expect(text.contains("  │ └─ payment POST"))
    #expect(text.contains("(parent 00f067aa0ba902b7 not received)"))
  }

  @Test func `a trace without spans and one with broken indices are printed`() {
    #expect(TraceTree(Trace(id: Shop.traceID, spans: []), width: 100, style: .plain).text.contains("0 spans"))
    var broken = Shop.trace
    for number in broken.spans.indices {
      broken.spans[number].parent = 1_000
      broken.spans[number].children = [-1, 1_000]
      broken.spans[number].depth = number * 7
    }
    #expect(!TraceTree(broken, width: 100, style: .plain).text.isEmpty)
  }

  @Test func `more details than fit are counted`() {
    var trace = Shop.trace
    trace.spans[0].span.attributes = (0..<100).map { Attribute("key\($0)", .int(1)) }
    #expect(TraceTree(trace, width: 100, style: .plain).text.contains("… and 84 more"))
  }

  @Test func `a page of a tree has its lines alone, their branches as in the whole, and says where to go on`() throws {
    let page = TracePage(Shop.trace, range: 5..<8, next: "8")
    let text = TraceTree(page, width: 100, style: .plain).text
    let whole = TraceTree(Shop.trace, width: 100, style: .plain).text.split(separator: "\n")
    let lines = text.split(separator: "\n")
    #expect(text.contains("here 6 to 8"))
    #expect(lines.last == "… 2 more spans: --cursor 8")
    for line in lines.dropFirst(4).dropLast() { #expect(whole.contains(line), "\(line)") }
    #expect(text.contains("  │ └─ payment POST") && !text.contains("web GET cart"))
  }

  @Test func `a span whose times were moved says by how much`() throws {
    var trace = Shop.trace
    trace.spans[2].clockShift = ClockShift(nanoseconds: -1_010_000_000)
    trace.spans[4].clockShift = ClockShift(nanoseconds: 120_000_000_000, isApplied: false)
    let text = TraceTree(trace, width: 100, style: .plain).text
    #expect(text.contains("Clocks differ: 1 span moved to fit; --raw-times shows what was sent."))
    #expect(text.contains("(clock -1.01s)") && text.contains("(off by +2m00s, not moved)"))
    let json = String(decoding: AnswerJSON.encode(trace, partial: false), as: UTF8.self)
    #expect(json.contains("\"clock_shift_ns\" : -1010000000") && json.contains("\"clock_skew_ns\" : 120000000000"))
  }

  @Test func `a page's JSON has its spans, how many there are in all, and where to go on`() throws {
    let text = String(decoding: AnswerJSON.encode(TracePage(Shop.trace, range: 5..<8, next: "8")), as: UTF8.self)
    #expect(text.contains("\"span_count\" : 10") && text.contains("\"cursor\" : \"8\""))
    #expect(text.split(separator: "\"span_id\"").count == 3 + 1)
  }

  static let hostileTrace: Trace = {
    var trace = Trace(id: Shop.traceID, spans: [])
    for (number, name) in Hostile.names.enumerated() {
      var linked = Shop.trace.spans[0]
      linked.span.name = name
      linked.span.resource = Resource(attributes: [Attribute("service.name", .string(name))])
      linked.span.status = SpanStatus(code: .error, message: name)
      linked.span.attributes = [Attribute(name, .string(name)), Attribute("list", .array([.string(name)]))]
      linked.span.start = Timestamp(unixNanoseconds: number % 5 == 0 ? 0 : .max)
      linked.span.end = Timestamp(unixNanoseconds: number % 3 == 0 ? 0 : .max)
      linked.isOrphan = number % 4 == 0
      linked.depth = number
      linked.parent = number == 0 ? nil : number - 1
      linked.children = [number + 1]
      trace.spans.append(linked)
    }
    return trace
  }()
}
