import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct CrashTests {
  @Test func `after kill -9 under load every acknowledged span is found by its trace ID`() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    let collector = try await RunningCollector.start(data: data)
    let http = try collector.http
    // Four senders keep sending; the collector dies once so many requests have been acknowledged.
    let acknowledged = try await withThrowingTaskGroup(of: [Int].self) { group in
      for sender in 0..<4 {
        group.addTask {
          var done: [Int] = []
          for request in 0..<100_000 {
            let number = request * 4 + sender
            let spans = (0..<10).map { Self.span(number, $0) }
            guard let reply = try? await http.post(MadeUpSpan.request(spans)), reply.status == 200 else { break }
            done.append(number)
            if sender == 0 && done.count == 40 { collector.program.send(signal: SIGKILL) }
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    try await collector.kill()
    #expect(acknowledged.count >= 40)

    let again = try await RunningCollector.start(data: data)
    try await Self.expectAll(acknowledged.sorted(), in: again)
    #expect(try await again.stop() == 0)
  }

  @Test func `SIGTERM ends with 0 and loses nothing that was acknowledged`() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    let collector = try await RunningCollector.start(data: data)
    for number in 0..<8 {
      let spans = (0..<10).map { Self.span(number, $0) }
      #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
    }
    #expect(try await collector.stop() == 0)

    let again = try await RunningCollector.start(data: data)
    try await Self.expectAll(Array(0..<8), in: again)
    #expect(try await again.spanCount() == 80)
    #expect(try await again.stop() == 0)
  }

  @Test func `the ring can be read by --data while nothing runs on it`() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    let collector = try await RunningCollector.start(data: data)
    #expect(try await collector.http.post(MadeUpSpan.request([Self.span(1, 0)])).status == 200)
    try await collector.kill()
    let trace = TraceAnswer(try await Spoor.askJSON("trace", MadeUpSpan.traceID(1), "--data", data))
    #expect(trace.spans.count == 1)
  }

  private static func span(_ trace: Int, _ index: Int) -> MadeUpSpan {
    MadeUpSpan(
      service: "loaded", traceID: MadeUpSpan.traceID(trace), spanID: MadeUpSpan.spanID(trace * 10 + index + 1),
      parentSpanID: index == 0 ? "" : MadeUpSpan.spanID(trace * 10 + 1))
  }

  /// Every trace by the API, and the first and the last by the command line as well.
  private static func expectAll(_ traces: [Int], in collector: RunningCollector) async throws {
    for number in traces {
      #expect(try await collector.spanCount(ofTrace: MadeUpSpan.traceID(number)) == 10, "trace \(number)")
    }
    for number in [traces.first, traces.last] {
      let trace = try await collector.trace(MadeUpSpan.traceID(try #require(number)))
      #expect(trace.roots.count == 1)
      #expect(trace.spans.count == 10)
    }
  }
}
