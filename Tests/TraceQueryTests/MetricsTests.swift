import RingStore
import Testing
import TraceModel

@testable import TraceQuery

/// Figures over time of the shop's twelve traces (`TraceQLSearchTests`), a second apart, of five spans each.
@Suite struct MetricsTests {
  private static let first = TraceQLSearchTests.start(1)

  private static func ask(
    _ question: String, exemplarsMax: Int = 0, from: UInt64 = 0, step: UInt64 = 4, count: Int = 3,
    _ queries: TraceQueries
  ) throws -> SpanMetrics {
    let columns = SpanMetrics.Columns(from: first + .seconds(from), step: .seconds(step), count: count)
    let answer = try queries.metrics(MetricsQuestion(traceQL: question, exemplarsMax: exemplarsMax), columns)
    #expect(answer.missingBlocks == 0)
    return answer.value
  }

  /// Labels as `key=value`, and points; a figure that is none is -1.
  private static func lines(_ metrics: SpanMetrics) -> [String] {
    metrics.series.map { series in
      let labels = series.labels.map { "\($0.key)=\(Self.text($0.value))" }.joined(separator: " ")
      let points = series.points.map { point in point.map { "\(($0 * 1000).rounded() / 1000)" } ?? "–" }
      return "\(labels): \(points.joined(separator: " "))"
    }
  }

  private static func text(_ value: AttributeValue) -> String {
    switch value {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .empty: "nil"
    default: "?"
    }
  }

  static let questions: [(question: String, lines: [String])] = [
    ("{ } | rate()", ["__name__=rate: 5.0 5.0 5.0"]),
    ("{ } | count_over_time()", ["__name__=count_over_time: 20.0 20.0 20.0"]),
    ("{ status = error } | count_over_time()", ["__name__=count_over_time: 1.0 1.0 2.0"]),
    ("{ name = \"nothing\" } | rate()", []),
    (
      "{ } | count_over_time() by (resource.service.name)",
      ["resource.service.name=cart: 12.0 12.0 12.0", "resource.service.name=web: 8.0 8.0 8.0"]
    ),
    (
      "{ } | count_over_time() by (status, resource.service.name)",
      [
        "status=unset resource.service.name=cart: 11.0 11.0 10.0",
        "status=unset resource.service.name=web: 8.0 8.0 8.0",
        "status=error resource.service.name=cart: 1.0 1.0 2.0",
      ]
    ),
    (
      "{ } | count_over_time() by (.db.system)", [".db.system=nil: 12.0 12.0 12.0", ".db.system=sqlite: 8.0 8.0 8.0"]
    ),
    ("{ .order != nil } | max_over_time(.order)", ["__name__=max_over_time: 4.0 8.0 12.0"]),
    ("{ } | min_over_time(span.order)", ["__name__=min_over_time: 1.0 5.0 9.0"]),
    ("{ } | avg_over_time(span.order)", ["__name__=avg_over_time: 2.5 6.5 10.5"]),
    ("{ } | sum_over_time(span.order)", ["__name__=sum_over_time: 10.0 26.0 42.0"]),
    ("{ name = \"GET /\" } | max_over_time(duration)", ["__name__=max_over_time: 0.4 0.4 0.4"]),
    (
      "{ name = \"GET /cart\" } | histogram_over_time(duration)",
      ["__bucket=0.067108864: 3.0 3.0 3.0", "__bucket=0.536870912: 1.0 1.0 1.0"]
    ),
    (
      "{ } | count_over_time() by (kind) | topk(1)", ["kind=client: 12.0 12.0 12.0"]
    ),
    ("{ } | count_over_time() by (kind) | bottomk(1)", ["kind=server: 8.0 8.0 8.0"]),
    ("{ } | count_over_time() by (kind) > 10", ["kind=client: 12.0 12.0 12.0"]),
    // About whole traces.
    ("{ name = \"GET /\" } >> { status = error } | count_over_time()", ["__name__=count_over_time: 1.0 1.0 2.0"]),
    ("{ } | count_over_time() by (rootName)", ["rootName=GET /: 20.0 20.0 20.0"]),
  ]

  @Test func `figures are what counting by hand gives`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      for (question, lines) in Self.questions {
        #expect(try Self.lines(Self.ask(question, queries)) == lines, "\(question)")
      }
    }
  }

  @Test func `quantiles are within the sketch's error`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let found = try Self.ask("{ name = \"GET /\" } | quantile_over_time(duration, .5, 1)", queries)
      #expect(found.series.count == 2)
      for series in found.series {
        let wanted = series.labels == [Attribute("p", .double(1))] ? 0.4 : 0.1
        for point in series.points { #expect(abs(try #require(point) / wanted - 1) < 0.011) }
      }
    }
  }

  @Test func `only spans that started in the columns count`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let found = try Self.ask("{ name = \"GET /\" } | count_over_time()", from: 2, step: 1, count: 2, queries)
      #expect(Self.lines(found) == ["__name__=count_over_time: 1.0 1.0"] && found.spans == 2)
    }
  }

  @Test func `figures name traces, and no more than is wanted`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let found = try Self.ask("{ status = error } | max_over_time(duration)", exemplarsMax: 2, queries)
      let exemplars = found.series.flatMap(\.exemplars)
      #expect(exemplars.count == 2)
      for exemplar in exemplars {
        #expect([3, 6, 9, 12].contains(exemplar.traceID.low) && exemplar.spanID.rawValue == 3 && exemplar.value > 0.05)
      }
    }
  }

  @Test func `a comparison tells a selection's values from the others'`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let found = try Self.ask("{ kind = server } | compare({ status = error })", step: 12, count: 1, queries)
      let lines = Self.lines(found)
      #expect(lines.contains("__meta_type=selection name=GET /cart: 4.0"))
      #expect(lines.contains("__meta_type=baseline name=GET /: 12.0"))
      #expect(lines.contains("__meta_type=baseline name=GET /cart: 8.0"))
      #expect(lines.contains("__meta_type=baseline_total name=nil: 20.0"))
      #expect(lines.contains("__meta_type=selection_total resource.service.name=nil: 4.0"))
      #expect(lines.contains("__meta_type=selection status=error: 4.0"))
    }
  }

  @Test func `too many series are dropped, and counted`() throws {
    let traces = (1...30).map { number in
      (1...50).map { id in
        var span = TraceQLSearchTests.shopTrace(UInt64(number % 50))[0]
        (span.traceID, span.spanID) = (TraceID(high: 3, low: UInt64(number)), SpanID(rawValue: UInt64(id)))
        span.attributes = [Attribute("id", .int(Int64(number * 100 + id)))]
        return span
      }
    }
    try withRing(of: traces) { (queries: TraceQueries) throws in
      let found = try Self.ask("{ } | count_over_time() by (span.id)", step: 60, count: 1, queries)
      #expect(found.series.count == QueryLimits.metricsSeriesMax && found.cut == .limit)
      #expect(found.droppedSeries == 500 && found.spans == 1000)
    }
  }

  /// Spans of the shop, so many a trace, with an attribute that numbers them.
  private static func numbered(
    _ traces: Int, of spans: Int, _ change: (inout TraceModel.Span, Int) -> Void
  ) -> [[TraceModel.Span]] {
    (0..<traces).map { trace in
      (0..<spans).map { position in
        var span = TraceQLSearchTests.shopTrace(UInt64(trace % 50 + 1))[0]
        (span.traceID, span.spanID) = (
          TraceID(high: 4, low: UInt64(trace + 1)), SpanID(rawValue: UInt64(position + 1))
        )
        change(&span, trace * spans + position)
        return span
      }
    }
  }

  @Test func `spans without a figure take no series`() throws {
    let traces = Self.numbered(30, of: 50) { span, number in
      span.attributes = [Attribute("id", .int(Int64(number)))]
      if number % 150 == 0 { span.attributes.append(Attribute("rare", .int(7))) }
    }
    try withRing(of: traces) { (queries: TraceQueries) throws in
      for function in ["avg_over_time(span.rare)", "quantile_over_time(span.rare, .5)"] {
        let found = try Self.ask("{ } | \(function) by (span.id)", step: 60, count: 1, queries)
        #expect(found.series.count == 10 && found.spans == 10)
        #expect(found.droppedSeries == 0 && found.cut == nil)
      }
    }
  }

  @Test func `values that a comparison drops are counted once`() throws {
    let traces = Self.numbered(60, of: 100) { span, number in
      span.attributes = [Attribute("id", .int(Int64(number % 3000)))]
    }
    try withRing(of: traces) { (queries: TraceQueries) throws in
      let found = try Self.ask("{ } | compare({ status = error })", step: 60, count: 1, queries)
      #expect(found.droppedSeries == 3000 - UInt64(QueryLimits.comparedValuesMax) && found.cut == .limit)
    }
  }

  @Test func `labels have room for the beginning of a long text`() throws {
    for (count, shown) in [(1024, 1024), (1025, 1023), (50_000, 1023)] {
      var span = TraceQLSearchTests.shopTrace(1)[0]
      span.attributes = [Attribute("text", .string(String(repeating: "x", count: count)))]
      try withRing(of: [[span]]) { (queries: TraceQueries) throws in
        let found = try Self.ask("{ } | rate() by (span.text)", queries)
        let label = try #require(found.series.first?.labels.first?.value.stringValue)
        #expect(label.utf8.count { $0 == UInt8(ascii: "x") } == shown)
        let search = try TraceSearch(traceQL: "{ span.text != nil }", spansMax: 1)
        let set = try #require(try queries.search(search, .all).value.traces.first?.spanSets.first)
        #expect(set.spans.first?.attributes.first?.value.stringValue?.utf8.count { $0 == UInt8(ascii: "x") } == shown)
      }
    }
    #expect(
      AttributeValue.string(String(repeating: "ü", count: 600)).asLabel
        == .string(String(repeating: "ü", count: 511) + "…"))
    #expect(AttributeValue.array([.int(1), .string("a")]).asLabel == .string("[1, a]"))
  }

  @Test func `where the time is up, the answer says so`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let columns = SpanMetrics.Columns(from: Self.first, step: .seconds(4), count: 3)
      for question in ["{ } | rate()", "{ } >> { } | rate()"] {
        let found = try queries.metrics(MetricsQuestion(traceQL: question), columns, isTimeUp: { true })
        #expect(found.value.cut == .time && found.value.spans == 0)
        #expect(throws: QueryError.abandoned) {
          try queries.abandoned(when: { true }).metrics(MetricsQuestion(traceQL: question), columns)
        }
      }
    }
  }

  @Test func `a window that is open reaches over what the ring holds`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      for step in [nil, TraceModel.Duration.seconds(1), .seconds(3600)] {
        let columns = try queries.metricsColumns(.all, step: step)
        #expect(columns.count <= QueryLimits.metricsColumnsUsual && columns.count > 0)
        let found = try queries.metrics(MetricsQuestion(traceQL: "{ } | count_over_time()"), columns)
        #expect(found.value.spans == 60)
      }
    }
  }

  @Test func `a window that begins after the newest span is not moved to it`() throws {
    try TraceQLSearchTests.withQueries { (queries: TraceQueries) throws in
      let question = try MetricsQuestion(traceQL: "{ } | count_over_time()")
      let from = Self.first + .seconds(3600)
      for window in [TimeWindow(from: from), TimeWindow(from: from, to: from + .seconds(60))] {
        let columns = try queries.metricsColumns(window, step: nil)
        #expect(columns.from + .seconds(2) > from && columns.start(of: columns.count) > from)
        #expect(try queries.metrics(question, columns).value.spans == 0)
      }
      let before = try queries.metricsColumns(TimeWindow(to: Self.first - .seconds(3600)), step: nil)
      #expect(try queries.metrics(question, before).value.spans == 0)
      #expect(throws: QuestionError.columns(0)) {
        try queries.metricsColumns(TimeWindow(from: Timestamp(unixNanoseconds: .max)), step: nil)
      }
    }
  }

  @Test func `absurd windows and steps are refused`() throws {
    let (from, to) = (Timestamp(unixSeconds: 1000), Timestamp(unixSeconds: 2_000_000_000))
    #expect(throws: QuestionError.step) { try SpanMetrics.Columns(from: from, to: to, step: .zero) }
    #expect(throws: QuestionError.columns(0)) { try SpanMetrics.Columns(from: to, to: from, step: .seconds(1)) }
    #expect(throws: QuestionError.self) { try SpanMetrics.Columns(from: from, to: to, step: .seconds(1)) }
    #expect(throws: QuestionError.self) {
      try SpanMetrics.Columns(
        from: Timestamp(unixNanoseconds: 0), to: Timestamp(unixNanoseconds: .max), step: Duration(nanoseconds: 1))
    }
    let whole = try SpanMetrics.Columns(
      from: Timestamp(unixNanoseconds: 0), to: Timestamp(unixNanoseconds: .max), step: nil)
    #expect(whole.count <= QueryLimits.metricsColumnsUsual + 1)
    #expect(try SpanMetrics.Columns(whole: from, to: to).count == 1)
  }
}
