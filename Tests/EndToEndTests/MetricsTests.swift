import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct MetricsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `what was received is stored, duplicate or counted under its reason`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let good = MadeUpSpan.request(
      (1...10).map { MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID($0)) })
    let bad = MadeUpSpan.request([
      MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(11)),
      MadeUpSpan(service: "a", traceID: String(repeating: "0", count: 32), spanID: MadeUpSpan.spanID(12)),
    ])
    for body in [good, good, bad] { #expect(try await collector.http.post(body).status == 200) }
    #expect(try await collector.http.post([0xff, 0xff]).status == 400)
    #expect(try await collector.http.get("/nowhere").status == 404)

    let metrics = try await collector.metrics()
    metrics.expectEverySpanAccountedFor()
    #expect(metrics["spoor_spans_received_total"] == 22)
    #expect(metrics["spoor_spans_stored_total"] == 11)
    #expect(metrics["spoor_spans_duplicate_total"] == 10)
    #expect(metrics["spoor_spans_rejected_total{reason=\"invalid_trace_id\"}"] == 1)
    #expect(metrics["spoor_payloads_received_total{transport=\"otlp-http\"}"] == 5)
    #expect(metrics["spoor_payloads_refused_total"] == 2)
    #expect(metrics["spoor_received_bytes_total"] >= Double(2 * good.count + bad.count))
    #expect(metrics["spoor_ring_spans"] == 11)
    #expect(abs(metrics["spoor_ring_oldest_arrival_timestamp_seconds"] - Date.now.timeIntervalSince1970) < 600)
    #expect(metrics["process_resident_memory_bytes"] > 0 && metrics["process_open_fds"] > 0)
    #expect(try await collector.stop() == 0)
  }

  @Test(.enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
  func `Prometheus's own parser reads the metrics`() async throws {
    let python = try #require(PythonShop.python)
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let text = try await collector.metrics().text
    let file = try folder.file("metrics.txt", text)
    let names = try await Program.run(python, ["-B", PythonShop.script("metrics"), file])
    #expect(names.exitCode == 0, "\(names.errors)")
    // Every family, and each but once.
    #expect(names.text.split(separator: "\n").count == text.split(separator: "\n").count { $0.hasPrefix("# TYPE") })
  }

  @Test func `what is refused again and again is a line of log, not one each`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for _ in 1...50 { #expect(try await collector.http.post([0xff]).status == 400) }
    #expect(try await collector.stop() == 0)
    let lines = collector.program.lines.filter { $0.contains("payloads refused") }
    #expect(!lines.isEmpty && lines.count < 50, "\(collector.program.lines)")
    #expect(lines.allSatisfy { $0.contains("malformed=") })
  }
}
