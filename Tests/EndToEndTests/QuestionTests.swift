import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct QuestionTests {
  @Test(arguments: [["map"], ["services"], ["latency"]])
  func `an answer by --data and one by --server of an idle collector are the same bytes`(
    question: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let arguments = question + ["--all", "--format", "json"]
    let byServer = try await Program.run(Spoor.path, arguments + ["--server", collector.api])
    let byData = try await Program.run(Spoor.path, arguments + ["--data", collector.data])
    #expect(byServer.exitCode == 0 && byData.exitCode == 0, "\(byServer.errors)\(byData.errors)")
    #expect(byServer.text.count > 100)
    #expect(byServer.output == byData.output)
  }

  @Test func `a trace by --data and one by --server are the same bytes`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for format in ["tree", "json", "otlp-json", "otlp"] {
      let question = ["trace", MadeUpSpan.traceID(3), "--format", format]
      let byServer = try await Program.run(Spoor.path, question + ["--server", collector.api])
      let byData = try await Program.run(Spoor.path, question + ["--data", collector.data])
      #expect(byServer.exitCode == 0 && byServer.output == byData.output, "\(format)")
    }
  }

  @Test func `a trace ID may be short, long or upper case`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let id = String(repeating: "0", count: 29) + "abc"
    let span = MadeUpSpan(service: "short", traceID: id, spanID: MadeUpSpan.spanID(1))
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    for name in ["abc", "ABC", id] {
      let trace = try await Spoor.askJSON("trace", name, "--server", collector.api)
      #expect(trace["trace_id"] == .string(id))
    }
  }

  @Test func `latencies count every call once, and their buckets add up`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let answer = try await Spoor.askJSON("latency", "--all", "--service", "cart", "--server", collector.api)
    let series = try #require(answer["series"].elements.first)
    #expect(series["latency"]["count"].int == 40)
    #expect(series["buckets"].elements.reduce(0) { $0 + ($1["count"].int ?? 0) } == 40)
    #expect(series["latency"]["max_ns"].int == 40_000_000)
    // The sketch may be off by 1.09 %.
    let median = try #require(series["latency"]["p50_ns"].int)
    #expect(abs(Double(median) / 20e6 - 1) < 0.06, "\(median)")
  }

  @Test func `the ready page says 200 and the stopped collector says what it stored`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    #expect(try await door.get("/ready").status == 200)
    #expect(try await collector.stop() == 0)
  }

  /// Forty traces of a call from web to cart, of 1 to 40 ms.
  private static func loaded(_ folder: TemporaryFolder) async throws -> RunningCollector {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for number in 1...40 {
      let id = MadeUpSpan.traceID(number)
      let call = MadeUpSpan(
        service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "call", kind: 3,
        nanoseconds: UInt64(number) * 1_100_000)
      let cart = MadeUpSpan(
        service: "cart", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: call.spanID, name: "answer", kind: 2,
        nanoseconds: UInt64(number) * 1_000_000,
        attributes: ["http.route": "/cart", "text": "line\nbreak \"and\" quotes ü"])
      #expect(try await collector.http.post(MadeUpSpan.request([call, cart])).status == 200)
    }
    return collector
  }
}
