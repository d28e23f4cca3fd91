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

  @Test func `whatever comes in by whatever way at once, received is stored and counted`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--xray-udp", "127.0.0.1:0"])
    let repeated = NumberedRequest(1, service: "repeated").body
    let partlyBad = MadeUpSpan.request([
      MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(2), spanID: MadeUpSpan.spanID(21)),
      MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(2), spanID: ""),
    ])
    let hostile = HostilePayload.all.filter { $0.bytes.count <= 60_000 }
    let ways = ["http://\(try collector.http)", "grpc://\(try collector.grpc)", "tcp://\(try collector.tcp)"]
    try await withThrowingTaskGroup { group in
      for (seed, url) in (ways + ["udp://\(try collector.udp)"]).enumerated() {
        group.addTask { try await load(url, seed: seed) }
      }
      group.addTask {
        for payload in hostile {
          var statuses: [Int] = []
          for body in [payload.bytes, repeated, partlyBad] {
            statuses.append(try await collector.http.post(body).status)
          }
          #expect(statuses == [400, 200, 200], "\(payload.testDescription)")
        }
      }
      group.addTask {
        for payload in hostile {
          let answers = try await collector.tcp.connect { conversation in
            for body in [repeated, payload.bytes] { try await conversation.write(frame: body) }
            return [try await conversation.readFrame(), try await conversation.readFrame()]
          }
          #expect(answers.map { $0?.errorMessage.isEmpty } == [true, false], "\(payload.testDescription)")
        }
      }
      group.addTask {
        for payload in hostile {
          for door in [try collector.udp, try collector.xray] { try await door.send(datagram: payload.bytes) }
        }
      }
      try await group.waitForAll()
    }

    // Datagrams are not answered: looks again until they have come, and all is stored.
    let sent = Double(4 * Self.loadedSpans)
    var metrics = try await collector.metrics()
    for _ in 1...1000 where metrics["spoor_spans_in_flight"] > 0 || metrics["spoor_ring_spans"] < sent + 11 {
      metrics = try await collector.metrics()
    }
    metrics.expectEverySpanAccountedFor()
    #expect(metrics["spoor_kernel_dropped_datagrams_total"] == 0)
    #expect(metrics["spoor_spans_in_flight"] == 0)
    let rounds = Double(hostile.count)
    #expect(metrics["spoor_spans_received_total"] == sent + rounds * (10 + 10 + 2))
    // Of the request that came again and again one was stored; and of the one in which half is bad, too.
    #expect(metrics["spoor_spans_stored_total"] == sent + 10 + 1)
    #expect(metrics["spoor_ring_spans"] == sent + 11)
    #expect(metrics["spoor_spans_duplicate_total"] == (2 * rounds - 1) * 10 + (rounds - 1))
    #expect(metrics["spoor_spans_rejected_total"] == rounds)
    #expect(metrics["spoor_spans_rejected_total{reason=\"invalid_span_id\"}"] == rounds)
    #expect(metrics["spoor_spans_dropped_total"] == 0)
    #expect(metrics["spoor_payloads_refused_total"] == 4 * rounds, "\(metrics.text)")
    #expect(metrics["spoor_in_flight_bytes"] == 0)
    for transport in ["otlp-grpc", "otlp-http", "tcp", "udp", "xray-udp"] {
      #expect(metrics["spoor_payloads_received_total{transport=\"\(transport)\"}"] > 0, "\(transport)")
    }
    #expect(try await collector.spanCount() == Int(sent) + 11)
    #expect(try await collector.stop() == 0)
  }

  private static let loadedSpans = 500

  private func load(_ url: String, seed: Int) async throws {
    let sent = try await Spoor.run(
      "load", "--to", url, "--spans", "\(Self.loadedSpans)", "--batch", "20", "--rate", "2000", "--seed", "\(seed)",
      "--format", "json")
    #expect(sent.exitCode == 0, "\(url): \(sent.text) \(sent.errors)")
    let summary = try JSONValue(parsing: sent.output)
    // Nobody accepts what comes by datagram.
    let answered = url.hasPrefix("udp:") ? "spans" : "accepted"
    #expect(summary[answered].int == Self.loadedSpans, "\(url): \(sent.text)")
  }

  @Test(.enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
  func `Prometheus's own parser reads the metrics`() async throws {
    let python = try #require(PythonShop.python)
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let spans = (1...10).map { number in
      MadeUpSpan(
        service: "a \"b\"\\", traceID: MadeUpSpan.traceID(number), spanID: MadeUpSpan.spanID(1), name: "GET\n{}",
        kind: 2)
    }
    #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
    var text = try await collector.metrics().text
    for _ in 1...1000 where !text.contains("traces_spanmetrics_calls_total{") {
      text = try await collector.metrics().text
    }
    let open = try await collector.metrics(accept: "application/openmetrics-text; version=1.0.0")
    for (text, form) in [(text, []), (String(decoding: open.body, as: UTF8.self), ["openmetrics"])] {
      let file = try folder.file("metrics.txt", text)
      let names = try await Program.run(python, ["-B", PythonShop.script("metrics"), file] + form)
      #expect(names.exitCode == 0, "\(names.errors)")
      // Every family, and each but once.
      #expect(
        names.text.split(separator: "\n").count == text.split(separator: "\n").count { $0.hasPrefix("# TYPE") },
        "\(form)")
    }
    #expect(try await collector.stop() == 0)
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
