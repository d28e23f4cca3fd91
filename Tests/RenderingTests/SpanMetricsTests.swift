import Testing
import TraceModel

@testable import Rendering

@Suite struct SpanMetricsTests {
  static let metrics = SpanMetrics(
    columns: SpanMetrics.Columns(from: Timestamp(unixSeconds: 1_795_269_600), step: .seconds(60), count: 8),
    series: [
      SpanMetrics.Series(
        labels: [Attribute("resource.service.name", .string("cart")), Attribute("p", .double(0.99))],
        points: [0.25, 0.5, nil, 1, 2.000_4, 0, 0.012_345_6, 12_345.678],
        exemplars: [
          SpanMetrics.Exemplar(
            traceID: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736),
            spanID: SpanID(rawValue: 0xf067_aa0b_a902_b7), time: Timestamp(unixSeconds: 1_795_269_700), value: 1.5)
        ]),
      SpanMetrics.Series(
        labels: [Attribute("resource.service.name", .string("a \"b\", c")), Attribute("p", .double(0.99))],
        points: [1, 2, 3, 4, 5, 6, 7, 8]),
      SpanMetrics.Series(
        labels: [Attribute("resource.service.name", .empty), Attribute("p", .double(0.99))],
        points: [nil, nil, nil, nil, nil, nil, nil, 0.000_012_3]),
    ], droppedSeries: 12, spans: 1234, cut: .time)

  @Test func `figures over time are printed as they were approved`() throws {
    try Golden.expect(SpanMetricsTable(Self.metrics, style: .plain).text, "figures.txt")
    try Golden.expect(SpanMetricsTable(Self.metrics, style: .ansi).text, "figures.ansi")
    try Golden.expect(String(decoding: AnswerJSON.encode(Self.metrics, partial: true), as: UTF8.self), "figures.json")
    try Golden.expect(SpanMetricsCSV(Self.metrics).text, "figures.csv")
  }

  @Test func `what is encoded comes back`() throws {
    for metrics in [Self.metrics, SpanMetrics(columns: Self.metrics.columns)] {
      #expect(try AnswerJSON.decodeSpanMetrics(AnswerJSON.encode(metrics, partial: false)) == metrics)
    }
    for wrong in [
      #"{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:01Z","step_ns":0,"spans":0,"series":[]}"#,
      #"{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","step_ns":1,"spans":0,"series":[]}"#,
      #"{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:01Z","step_ns":1000000000,"spans":0,"#
        + #""series":[{"labels":[],"points":[1,2]}]}"#,
    ] {
      #expect(throws: RenderingError.self) { try AnswerJSON.decodeSpanMetrics(Array(wrong.utf8)) }
    }
  }

  @Test func `a bar's height is its share of the highest`() {
    #expect(Sparkline([0, 1, 2, 3, 4, 5, 6, 7], columns: 8).text == "▁▂▃▄▅▆▇█")
    #expect(Sparkline([0, 1, 2, 3, 4, 5, 6, 7], columns: 4).text == "▂▄▆█")
    #expect(Sparkline([nil, 5, nil], columns: 8).text == " █ ")
    #expect(Sparkline([0, 0], columns: 8).text == "▁▁" && Sparkline([], columns: 8).text == "")
    #expect(Sparkline([-1, 0, 1], columns: 8).text == "▁▅█")
    #expect(Sparkline([.infinity, 1, .nan], columns: 8).text == " █ ")
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (12_345.678, "12346"), (123.456, "123.5"), (12.3456, "12.35"), (1.23456, "1.235"),
    (0.123456, "0.1235"), (0.000_012_3, "0.0000123"), (-0.5, "-0.5"), (-1234, "-1234"), (1e18, "1e+18"),
  ])
  func `a figure has a few digits`(number: Double, text: String) {
    #expect(SpanMetricsTable.figure(number) == text)
  }

  @Test func `columns stay aligned and harmless whatever the labels`() {
    var metrics = SpanMetrics(columns: Self.metrics.columns)
    for name in Hostile.names {
      metrics.series.append(
        SpanMetrics.Series(labels: [Attribute(name, .string(name))], points: [1, 2, 3, 4, 5, 6, 7, 8]))
    }
    let text = SpanMetricsTable(metrics, width: 200).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(metrics.series.count + 1)
    #expect(Set(lines.map { String($0).columns }).count == 1)
    #expect(!text.contains("\u{1b}"))
  }

  @Test func `a place in a text is marked below it`() {
    #expect(TextPosition("{ duration > }", 14, width: 80).lines == ["  { duration > }", "               ^"])
    #expect(TextPosition("", 1, width: 80).lines == ["  ", "  ^"])
    #expect(TextPosition("a\nb\u{1b}c", 99, width: 80).lines == ["  a b c", "       ^"])
    let long = TextPosition(
      String(repeating: "x", count: 500) + "!" + String(repeating: "y", count: 500), 501, width: 60)
    #expect(long.lines[0].count == 58 && long.lines[0].dropFirst(long.lines[1].count - 1).first == "!")
  }
}
