import Foundation
import Testing

/// What Prometheus's own tools make of `/metrics` and of the query API.
@Suite(.timeLimit(.minutes(10))) struct PrometheusTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let promtool = "/usr/bin/promtool"
  private static var hasPromtool: Bool { FileManager.default.isExecutableFile(atPath: promtool) }

  /// 30 traces of `web` calling `cart`, which fails in every third; they end within a minute that is over.
  private static func spans(from first: Int = 1) -> [MadeUpSpan] {
    let minute = UInt64(Date.now.timeIntervalSince1970) / 60 * 60 - 120
    return (first..<first + 30).flatMap { number -> [MadeUpSpan] in
      let start = minute * 1_000_000_000 + UInt64(number % 30) * 1_000_000_000
      let id = MadeUpSpan.traceID(number)
      let failing = number % 3 == 0 ? ["http.response.status_code": "503"] : [:]
      return [
        MadeUpSpan(
          service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "GET /", kind: 3, start: start,
          nanoseconds: 200_000_000, attributes: failing),
        MadeUpSpan(
          service: "cart", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: MadeUpSpan.spanID(1),
          name: "GET /cart/{id}", kind: 2, start: start, nanoseconds: 150_000_000, attributes: failing),
      ]
    }
  }

  private static let calls = "traces_service_graph_request_total{client=\"web\",server=\"cart\"}"

  @Test func `metrics count spans and calls, and what is counted never falls`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans())).status == 200)
    var metrics = try await collector.metrics()
    for _ in 1...1000 where metrics[Self.calls] < 30 { metrics = try await collector.metrics() }
    #expect(metrics[Self.calls] == 30, "\(metrics.text)")
    #expect(metrics["traces_service_graph_request_failed_total{client=\"web\",server=\"cart\"}"] == 10)
    #expect(metrics["traces_spanmetrics_calls_total"] == 60)
    let served = "service=\"cart\",span_kind=\"SPAN_KIND_SERVER\",span_name=\"GET /cart/{id}\""
    let fault = "outcome=\"fault\",\(served),status_code=\"STATUS_CODE_ERROR\""
    #expect(metrics["traces_spanmetrics_calls_total{\(fault)}"] == 10, "\(metrics.text)")
    #expect(metrics["traces_spanmetrics_latency_bucket{\(fault),le=\"0.128\"}"] == 0)
    #expect(metrics["traces_spanmetrics_latency_bucket{\(fault),le=\"0.256\"}"] == 10)
    #expect(abs(metrics["traces_spanmetrics_latency_sum{\(fault)}"] - 1.5) < 1e-9)
    #expect(metrics["traces_target_info{job=\"cart\",service=\"cart\"}"] == 1)

    // The same once more, and again after a restart, from zero.
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans(from: 101))).status == 200)
    for _ in 1...1000 where metrics[Self.calls] < 60 {
      let next = try await collector.metrics()
      #expect(next[Self.calls] >= metrics[Self.calls])
      metrics = next
    }
    #expect(metrics[Self.calls] == 60)
    #expect(try await collector.stop() == 0)
    let again = try await RunningCollector.start(data: folder.path("ring"))
    #expect(try await again.metrics()[Self.calls] == 0)
    #expect(try await again.http.post(MadeUpSpan.request(Self.spans(from: 201))).status == 200)
    metrics = try await again.metrics()
    for _ in 1...1000 where metrics[Self.calls] < 30 { metrics = try await again.metrics() }
    #expect(metrics[Self.calls] == 30)
    #expect(try await again.stop() == 0)
  }

  @Test func `whoever asks for OpenMetrics gets exemplars, and for protobuf native histograms`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans())).status == 200)
    var metrics = try await collector.metrics()
    for _ in 1...1000 where metrics[Self.calls] < 30 { metrics = try await collector.metrics() }
    let open = try await collector.metrics(accept: "application/openmetrics-text; version=1.0.0")
    #expect(open.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    let text = String(decoding: open.body, as: UTF8.self)
    #expect(text.hasSuffix("# EOF\n"))
    let exemplar = /traces_spanmetrics_latency_bucket\{.*\} \d+ # \{trace_id="7ace[0-9a-f]{28}",span_id="/
    #expect(text.contains(exemplar), "\(text)")
    let ofEdge = /request_server_seconds_bucket\{client="web",server="cart",le="0.2"\} 30 # \{trace_id="7ace/
    #expect(text.contains(ofEdge), "\(text)")
    let binary = try await collector.metrics(
      accept: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
    #expect(Data(binary.body).range(of: Data("traces_spanmetrics_latency".utf8)) != nil)
    #expect(try await collector.stop() == 0)
  }

  @Test func `with span metrics off there are none`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--span-metrics", "off"])
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans())).status == 200)
    #expect(try await !collector.metrics().text.contains("traces_"))
    #expect(try await collector.stop() == 0)
  }

  @Test(.enabled(if: PrometheusTests.hasPromtool, "promtool is in Debian's package prometheus"))
  func `promtool accepts the metrics`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans())).status == 200)
    var metrics = try await collector.metrics()
    for _ in 1...1000 where metrics[Self.calls] < 30 { metrics = try await collector.metrics() }
    let file = try folder.file("metrics.txt", metrics.text)
    let check = try await Program.run("/bin/sh", ["-c", "\(Self.promtool) check metrics < '\(file)'"])
    #expect(check.exitCode == 0, "\(check.text) \(check.errors)")
    #expect(try await collector.stop() == 0)
  }

  @Test(.enabled(if: PrometheusTests.hasPromtool, "promtool is in Debian's package prometheus"))
  func `promtool reads the answers to its queries`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    #expect(try await collector.http.post(MadeUpSpan.request(Self.spans())).status == 200)
    func query(_ arguments: String...) async throws -> String {
      let answer = try await Program.run(Self.promtool, ["query"] + arguments)
      #expect(answer.exitCode == 0, "\(arguments): \(answer.text) \(answer.errors)")
      return answer.text
    }
    let api = try collector.api
    let instant = try await query(
      "instant", api, "sum by (client, server) (increase(traces_service_graph_request_total[10m]))")
    #expect(instant.hasPrefix("{client=\"web\", server=\"cart\"} => 30 @["), "\(instant)")
    // Debian's is too old to print a native histogram, but must not stumble over it.
    let native = try await query("instant", api, "traces_spanmetrics_latency{service=\"cart\"}")
    #expect(native.contains("outcome=\"fault\""), "\(native)")
    let count = try await query("instant", api, "sum(histogram_count(traces_spanmetrics_latency{service=\"cart\"}))")
    #expect(count.hasPrefix("{} => 30 @["), "\(count)")
    let quantile = try await query(
      "instant", api, "histogram_quantile(0.9, sum(rate(traces_spanmetrics_latency_bucket[10m])) by (le))")
    #expect(quantile.contains("{} => 0.2"), "\(quantile)")
    let now = Int(Date.now.timeIntervalSince1970)
    let range = try await query(
      "range", "--start", "\(now - 300)", "--end", "\(now)", "--step", "15s", api,
      "sum(increase(traces_spanmetrics_calls_total{service=\"cart\"}[10m]))")
    #expect(range.contains("30 @["), "\(range)")
    let series = try await query("series", "--match", "traces_service_graph_request_total", api)
    #expect(series.contains("client=\"web\""), "\(series)")
    #expect(try await query("labels", api, "service") == "cart\nweb\n")
    let refused = try await Program.run(Self.promtool, ["query", "instant", api, "sum("])
    #expect(refused.exitCode == 1 && refused.errors.contains("parse error"), "\(refused.text) \(refused.errors)")
    #expect(try await collector.stop() == 0)
  }
}
