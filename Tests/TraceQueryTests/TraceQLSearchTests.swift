import FoundationEssentials
import RingStore
import Testing
import TraceModel

@testable import TraceQuery

/// Searches in the whole language, over a ring of shop traces in small blocks.
@Suite struct TraceQLSearchTests {
  /// Which of twelve traces, numbered from 1, are found. In every third, cart fails; the fourth, eighth and twelfth have a
  /// slow database; each is a request to web, its call of cart, and what cart asks its database, twice.
  static let questions: [(question: String, traces: [UInt64])] = [
    ("{ }", Array(1...12)),
    ("{ false }", []),
    ("{ name = \"GET /cart\" && status = error }", [3, 6, 9, 12]),
    ("{ name =~ \"GET .*\" && status = error }", [3, 6, 9, 12]),
    ("{ name !~ \"GET.*|SELECT\" }", []),
    ("{ .order = 7 }", [7]),
    ("{ .order = 7 || .order = 9 }", [7, 9]),
    ("{ .order = 7 || status = error }", [3, 6, 7, 9, 12]),
    ("{ .order > 10 }", [11, 12]),
    ("{ .order >= 10.5 }", [11, 12]),
    ("{ .order != 7 && .order != nil }", [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]),
    ("{ .order = nil && kind = server && !(name = \"GET /cart\") }", []),
    ("{ !(.order < 11) && kind = server && name = \"GET /\" }", [11, 12]),
    ("{ span.user =~ \"user-(3|5)\" }", [3, 5]),
    ("{ span.service.name = \"web\" }", []),
    ("{ resource.service.name =~ \"ca.*\" && duration > 60ms }", [4, 8, 12]),
    ("{ .tags = \"b\" }", [2, 4, 6, 8, 10, 12]),
    ("{ duration > 60ms && kind = client && .db.system = \"sqlite\" }", [4, 8, 12]),
    ("{ kind = client } > { status = error }", [3, 6, 9, 12]),
    ("{ name = \"GET /\" } >> { .db.system != nil && duration > 60ms }", [4, 8, 12]),
    ("{ name = \"GET /\" } > { .db.system != nil }", []),
    ("{ status = error } && { .order = 9 }", [9]),
    ("{ status = error } || { .order = 7 }", [3, 6, 7, 9, 12]),
    ("{ .db.system != nil && duration > 60ms } < { kind = server }", [4, 8, 12]),
    ("{ .db.system != nil } | count() > 1", Array(1...12)),
    ("{ .db.system != nil } | count() > 2", []),
    ("{ status = error } | count() = 1", [3, 6, 9, 12]),
    ("{ } | max(duration) > 300ms", [4, 8, 12]),
    ("{ kind = client } | by(resource.service.name) | count() > 1", Array(1...12)),
    ("{ traceDuration > 300ms }", [4, 8, 12]),
    ("{ rootServiceName = \"web\" && .order = 3 }", [3]),
    ("{ status = error } | select(span.user)", [3, 6, 9, 12]),
    ("{ trace:id = \"00000000000000010000000000000005\" }", [5]),
    ("{ trace:id = \"5\" && status = error }", []),
    ("{ parent.tags = \"b\" && status = error }", [6, 12]),
  ]

  @Test func `traces are found by what any of their spans, or several, are like`() throws {
    try Self.withQueries { (queries: TraceQueries) throws in
      for (question, traces) in Self.questions {
        let found = try queries.search(TraceSearch(traceQL: question, limit: 100), .all)
        #expect(found.missingBlocks == 0 && found.value.cursor == nil && found.value.cut == nil)
        #expect(found.value.traces.map(\.id.low) == traces.reversed(), "\(question)")
        // With sets, spans are looked at once more, one by one.
        let again = try queries.search(TraceSearch(traceQL: question, limit: 100, spansMax: 3), .all)
        #expect(again.value.traces.map(\.id.low) == traces.reversed(), "with sets: \(question)")
        #expect(again.value.traces.allSatisfy { !$0.spanSets.isEmpty })
      }
    }
  }

  @Test func `a trace comes with the spans that were found and what the question names of them`() throws {
    try Self.withQueries { (queries: TraceQueries) throws in
      let question = "{ .db.system != nil } | select(span.user, status)"
      let found = try queries.search(TraceSearch(traceQL: question, limit: 1, spansMax: 1), .all)
      let trace = try #require(found.value.traces.first)
      #expect(found.value.cut == .limit && found.value.cursor != nil)
      let set = try #require(trace.spanSets.first)
      #expect(trace.spanSets.count == 1 && set.matched == 2 && set.spans.count == 1)
      let span = try #require(set.spans.first)
      #expect(span.name == "SELECT" && span.service == "cart")
      #expect(span.attributes == [Attribute("db.system", .string("sqlite")), Attribute("status", .string("unset"))])
      #expect(trace.serviceCounts.map(\.name) == ["cart", "web"] && trace.serviceCounts.map(\.spans) == [3, 2])
    }
  }

  @Test(arguments: [1, 2, 5, 100])
  func `pages of questions about whole traces join to the whole`(limit: Int) throws {
    try Self.withQueries { (queries: TraceQueries) throws in
      var (ids, cursor): ([UInt64], String?) = ([], nil)
      repeat {
        let page = try queries.search(
          TraceSearch(traceQL: "{ status = error } | count() = 1", limit: limit, cursor: cursor), .all)
        #expect(page.value.traces.count <= limit)
        ids += page.value.traces.map(\.id.low)
        cursor = page.value.cursor
      } while cursor != nil
      #expect(ids == [12, 9, 6, 3])
    }
  }

  @Test func `a search whose time is up says so`() throws {
    try Self.withQueries { (queries: TraceQueries) throws in
      var asked = 0
      let search = try TraceSearch(traceQL: "{ } | count() > 4", limit: 100)
      let found = try queries.search(search, .all) {
        asked += 1
        return asked > 4
      }
      #expect(found.value.cut == .time && found.value.cursor != nil && found.value.traces.count < 12)
      #expect(throws: QueryError.abandoned) { try queries.abandoned(when: { true }).search(search, .all) }
    }
  }

  @Test func `what a search cannot be says why`() {
    #expect(throws: QuestionError.withMetrics) { try TraceSearch(traceQL: "{ } | rate()") }
    #expect(throws: QuestionError.withoutMetrics) { try MetricsQuestion(traceQL: "{ }") }
    #expect(throws: QuestionError.severalSpans) { try MapQuestion(traceQL: "{ } > { }") }
    #expect(throws: QuestionError.self) { try TraceSearch(traceQL: "{ name =~ \"(\" }") }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `a search finds what a look at every trace finds`(seed: UInt64) throws {
    var maker = TraceQLMaker(seed: seed)
    let traces = (1...60).map { maker.trace(UInt64($0)) }
    try withRing(of: traces) { (queries: TraceQueries) throws in
      var found = 0
      for round in 0..<150 {
        let question = maker.question()
        let search = try TraceSearch(traceQL: question, limit: 1000)
        let examination = try TraceExamination(try #require(search.pipeline), spansMax: 1)
        let expected = try traces.filter { try !examination.spanSets(of: SpanBatch($0)).isEmpty }.map {
          $0[0].traceID.low
        }
        let answer = try queries.search(search, .all).value.traces.map(\.id.low)
        #expect(answer.sorted() == expected, "seed \(seed), round \(round): \(question)")
        found += expected.count
      }
      #expect(found > 500)
    }
  }

  // MARK: A ring

  static let arrival = Timestamp(unixSeconds: 1_700_000_000)

  static func withQueries(_ body: (TraceQueries) throws -> Void) throws {
    try withRing(of: (1...12).map(shopTrace), body)
  }

  static func start(_ number: UInt64) -> Timestamp { arrival - .seconds(60 - number) }

  static func shopTrace(_ number: UInt64) -> [TraceModel.Span] {
    let (isSlow, isFailed) = (number % 4 == 0, number % 3 == 0)
    func span(
      _ id: UInt64, _ service: String, _ name: String, _ kind: SpanKind, _ from: UInt64, _ to: UInt64,
      _ attributes: [Attribute], isFailed: Bool = false
    ) -> TraceModel.Span {
      Span(
        traceID: TraceID(high: 1, low: number), spanID: SpanID(rawValue: id),
        parentSpanID: SpanID(rawValue: [0, 0, 1, 2, 3, 3][Int(id)]), name: name, kind: kind,
        start: start(number) + .milliseconds(from), end: start(number) + .milliseconds(to), attributes: attributes,
        status: SpanStatus(code: isFailed ? .error : .unset),
        resource: Resource(attributes: [Attribute("service.name", .string(service))]))
    }
    return [
      span(
        1, "web", "GET /", .server, 0, isSlow ? 400 : 100,
        [Attribute("order", .int(Int64(number))), Attribute("user", .string("user-\(number)"))]),
      span(
        2, "web", "GET", .client, 10, isSlow ? 390 : 90,
        number % 2 == 0 ? [Attribute("tags", .array([.string("a"), .string("b")]))] : []),
      span(3, "cart", "GET /cart", .server, 20, isSlow ? 380 : 80, [], isFailed: isFailed),
      span(4, "cart", "SELECT", .client, 25, 30, [Attribute("db.system", .string("sqlite"))]),
      span(5, "cart", "SELECT", .client, 30, isSlow ? 370 : 50, [Attribute("db.system", .string("sqlite"))]),
    ]
  }
}

/// Each trace a request, in blocks of their own; the last ones not sealed.
func withRing(of traces: [[TraceModel.Span]], _ body: (TraceQueries) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
  defer { try? FileManager.default.removeItem(at: directory) }
  let arrival = TraceQLSearchTests.arrival
  let ring = try Ring.open(
    directory.path, capacity: 32 << 20, files: DiskFileSystem(), now: { arrival }, entropy: { 7 })
  for trace in traces { try ring.append([SpanBatch(trace)], receivedAt: arrival) }
  try ring.sync()
  let catalog = ring.catalog
  try body(TraceQueries { () throws(RingError) in catalog.snapshot })
  try ring.close()
}

/// Random traces and questions about them.
struct TraceQLMaker {
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  mutating func trace(_ number: UInt64) -> [TraceModel.Span] {
    (1...UInt64.random(in: 1...6, using: &random)).map { id in
      let start = TraceQLSearchTests.start(number % 50) + .milliseconds(UInt64.random(in: 0..<90, using: &random))
      var attributes: [Attribute] = []
      for key in ["a", "b", "c"] where Bool.random(using: &random) {
        attributes.append(Attribute(key, value()))
      }
      return Span(
        traceID: TraceID(high: 2, low: number), spanID: SpanID(rawValue: id),
        parentSpanID: SpanID(rawValue: id == 1 ? 0 : UInt64.random(in: 1..<id, using: &random)),
        name: pick(["n", "m", "nm"]),
        kind: SpanKind(rawValue: Int32.random(in: 0...5, using: &random)), start: start,
        end: start + .milliseconds(UInt64.random(in: 0..<9, using: &random)), attributes: attributes,
        status: SpanStatus(code: SpanStatus.Code(rawValue: Int32.random(in: 0...2, using: &random))),
        resource: Resource(attributes: [Attribute("service.name", .string(pick(["s", "t"]))), Attribute("b", value())]))
    }
  }

  mutating func question() -> String {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: "{ \(condition(2)) } \(pick([">", ">>", "<", "<<", "~", "!>", "!>>", "&>", "&>>"])) { \(condition(2)) }"
    case 1: "{ \(condition(2)) } \(pick(["&&", "||"])) { \(condition(2)) }"
    case 2: "{ \(condition(2)) } | count() \(pick([">", "<", "="])) \(pick(["1", "2"]))"
    case 3: "{ \(condition(2)) } | { \(condition(1)) }"
    default: "{ \(condition(3)) }"
    }
  }

  private mutating func condition(_ depth: Int) -> String {
    guard depth > 0 else { return comparison() }
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
    case 2, 3: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
    case 4: return "!(\(condition(depth - 1)))"
    default: return comparison()
    }
  }

  private mutating func comparison() -> String {
    let field = pick([".a", ".b", ".c", "span.a", "span.b", "resource.b", "resource.service.name"])
    let order = pick(["=", "!=", "<", "<=", ">", ">="])
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "name \(pick(["=", "!="])) \"\(pick(["n", "nm", "x"]))\""
    case 1: return "name \(pick(["=~", "!~"])) \"\(pick(["n.*", ".", "x|m"]))\""
    case 2: return "kind \(pick(["=", "!="])) \(pick(["server", "client", "unspecified"]))"
    case 3: return "status \(pick(["=", "!="])) \(pick(["ok", "error", "unset"]))"
    case 4: return "duration \(order) \(pick(["0s", "3ms", "4500us"]))"
    case 5: return "\(field) \(pick(["=~", "!~"])) \"\(pick(["x.*", ".", "y|2"]))\""
    case 6: return "\(field) \(pick(["=", "!="])) nil"
    case 7: return "\(field) \(pick(["=", "!="])) \(pick(["true", "false"]))"
    case 8, 9: return "\(field) \(order) \(pick(["1", "2", "1.5", "2.0"]))"
    default: return "\(field) \(order) \"\(pick(["x", "y", "xy", "s"]))\""
    }
  }

  private mutating func value() -> AttributeValue {
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: .int(Int64.random(in: 0...3, using: &random))
    case 2: .double(Double.random(in: 0...3, using: &random).rounded() / 2)
    case 3: .bool(Bool.random(using: &random))
    case 4: .array([.string(pick(["x", "y"])), .int(2)])
    case 5: .bytes([1])
    default: .string(pick(["x", "y", "xy"]))
    }
  }

  private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }
}
