import RingStore
import Testing
import TraceModel
import TraceQuery

@Suite struct TraceQLTests {
  private static let ms100 = Duration.milliseconds(100)
  private static let longest = Duration(nanoseconds: .max)

  @Test(
    arguments: [
      ("{}", []), (" { } ", []), ("{ name = \"GET /\" }", [.spanName("GET /")]),
      ("{ resource.service.name = \"cart\" }", [.service("cart")]),
      ("{ resource.service.namespace = `shop` }", [.serviceNamespace("shop")]),
      ("{kind=server}", [.kind(.server)]), ("{ span:kind = internal }", [.kind(.internal)]),
      ("{ status = error }", [.status(.error)]), ("{ outcome = throttle }", [.outcome(.throttle)]),
      ("{ duration > 100ms }", [.duration(Duration(nanoseconds: 100_000_001)...longest)]),
      ("{ duration >= 1.5s }", [.duration(Duration.milliseconds(1500)...longest)]),
      ("{ duration < 100ms }", [.duration(.zero...Duration(nanoseconds: 99_999_999))]),
      ("{ duration <= 1h30m }", [.duration(.zero...Duration.seconds(5400))]),
      ("{ span:duration = 5us }", [.duration(Duration(nanoseconds: 5000)...Duration(nanoseconds: 5000))]),
      ("{ .user.id = 42 }", [.attribute(.any, "user.id", equals: .int(42))]),
      ("{ span.x = -1.5 }", [.attribute(.span, "x", equals: .double(-1.5))]),
      ("{ span.x = 1e3 }", [.attribute(.span, "x", equals: .double(1000))]),
      ("{ resource.ok = true }", [.attribute(.resource, "ok", equals: .bool(true))]),
      ("{ .a-b/c = \"\\\"\\\\\\n\" }", [.attribute(.any, "a-b/c", equals: .string("\"\\\n"))]),
      ("{ span.\"a b\".c = `\\n` }", [.attribute(.span, "a b.c", equals: .string("\\n"))]),
      ("{ .http.route != nil }", [.hasAttribute(.any, "http.route")]),
      (
        "{ (name = \"a\" && (kind = client)) && status = ok }", [.spanName("a"), .kind(.client), .status(.ok)]
      ),
      ("{ resource.service.name = 7 }", [.attribute(.resource, "service.name", equals: .int(7))]),
    ] as [(String, [SpanFilter.Condition])])
  func `questions are read`(text: String, conditions: [SpanFilter.Condition]) throws {
    #expect(try SpanFilter(traceQL: text) == SpanFilter(conditions))
  }

  @Test(arguments: [
    ("{ duration != 1s }", 12, "duration != 1s is not supported here"),
    ("{ duration < 0s }", 12, "duration < 0s is not supported here"),
    ("{ status != ok }", 10, "status != ok is not supported here"),
    ("{ .x =~ \"a.*\" }", 6, ".x =~ \"a.*\" is not supported here"),
    ("{ .x = nil }", 6, ".x = nil is not supported here"), ("{ .x > 4 }", 6, ".x > 4 is not supported here"),
    ("{ .x = 4 || .y = 5 }", 10, ".x = 4 || .y = 5 is not supported here"),
    ("{ !(.x = 4) }", 3, "!(.x = 4) is not supported here"),
    ("{ .x = 4 } | rate()", 12, "a pipeline (|) is not supported here"),
    ("{ .x = 4 } >> { .y = 5 }", 12, "several { } at once is not supported here"),
    ("{ rootName = \"a\" }", 12, "rootName = \"a\" is not supported here"),
    ("{ event:name = \"a\" }", 14, "event:name = \"a\" is not supported here"),
    ("{ event.x = \"a\" }", 11, "event.x = \"a\" is not supported here"),
    ("{ duration > ", 14, "expected a value, for example 100ms, and found the end"),
  ])
  func `what is no filter says where and why`(text: String, position: Int, message: String) {
    do {
      let filter = try SpanFilter(traceQL: text)
      Issue.record("\(filter)")
    } catch {
      #expect(error.position == position, "\(error)")
      #expect(error.message.contains(message), "\(error)")
      #expect(error.description.hasPrefix("at \(position): "))
    }
  }

  @Test func `length and depth are bounded`() throws {
    let deep = { (depth: Int) in
      "{ \(String(repeating: "(", count: depth)).x = 1\(String(repeating: ")", count: depth)) }"
    }
    #expect(try SpanFilter(traceQL: deep(QueryLimits.questionDepthMax)).conditions.count == 1)
    #expect(throws: TraceQLError.self) { try SpanFilter(traceQL: deep(QueryLimits.questionDepthMax + 1)) }
    #expect(throws: TraceQLError.self) { try SpanFilter(traceQL: deep(4000)) }
    let long = "{ name = \"\(String(repeating: "x", count: QueryLimits.questionBytesMax))\" }"
    #expect(throws: TraceQLError.self) { try SpanFilter(traceQL: long) }
  }

  @Test func `what a question lists and its stages are bounded`() throws {
    func list(_ count: Int, _ part: String = "name", _ separator: String = ", ") -> String {
      [String](repeating: part, count: count).joined(separator: separator)
    }
    let (listed, stages) = (QueryLimits.questionListedMax, QueryLimits.questionStagesMax)
    for (text, count) in [
      ({ "{ } | select(\(list($0)))" }, listed), ({ "{ } | by(\(list($0)))" }, listed),
      ({ "{ } | rate() by (\(list($0)))" }, listed),
      ({ "{ } | quantile_over_time(duration, \(list($0, ".5")))" }, listed),
      ({ "{ } | by(name) | rate() by (\(list($0 - 1)))" }, listed),
      ({ list($0, "{ }", " | ") }, stages), ({ "{ } | rate() | \(list($0 - 1, "topk(2)", " | "))" }, stages),
    ] as [((Int) -> String, Int)] {
      _ = try TraceQLQuery(text(count))
      #expect(throws: TraceQLError.self, "\(text(2))") { try TraceQLQuery(text(count + 1)) }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `no text makes the parser trap`(seed: UInt64) {
    var random = Seeded(state: seed)
    let pieces = [
      "{", "}", "(", ")", "&&", "||", "!", "=", "!=", "=~", "<", ">", ">=", ".", "span", "resource", ".x", "name",
      "kind",
      "server", "duration", "100ms", "1", "-", "1.5", "\"a\"", "\"", "`", "\\", "nil", "true", " ", "\n", "🦊",
      "\u{301}",
      "event:name", "|", "rate()", "~", "^", ",", "µs",
    ]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      do {
        _ = try SpanFilter(traceQL: (seed % 2 == 0 ? "{ " : "") + text)
      } catch {
        #expect((1...text.unicodeScalars.count + 3).contains(error.position), "seed \(seed): \(text)")
      }
    }
  }

  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }
}
