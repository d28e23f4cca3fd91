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
