import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct TopTests {
  @Test func `one line of JSON has exact counts, from a server and from files`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for source in [["--server", try collector.api], ["--data", collector.data]] {
      let question = ["top", "--once", "--format", "json", "--window", "1h", "--lag", "0"] + source
      let answer = try await Program.run(Spoor.path, question)
      #expect(answer.exitCode == 0, "\(answer.errors)")
      #expect(answer.text.split(separator: "\n").count == 1)
      let line = try JSONValue(parsing: answer.output)
      #expect(line["seconds"].int == 3600)
      let cart = try #require(line["services"].elements.first { $0["name"] == .string("cart") })
      #expect(cart["latency"]["count"].int == 40 && cart["ok"].int == 40 && cart["latency"]["max_ns"].int == 40_000_000)
      let edge = try #require(line["edges"].elements.first { $0["source"] == .string("service:web") })
      #expect(edge["target"] == .string("service:cart") && edge["ok"].int == 40)
    }
  }

  @Test func `where there is no terminal one table is printed`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let question = ["top", "--window", "1h", "--lag", "0", "--server", try collector.api]
    let services = try await Program.run(Spoor.path, question, environment: ["COLUMNS": "80"])
    let lines = services.text.split(separator: "\n").map(String.init)
    #expect(services.exitCode == 0 && lines.count == 5, "\(services.text)\(services.errors)")
    #expect(lines.contains { $0.hasPrefix("cart") } && lines.allSatisfy { $0.count <= 80 })
    #expect(!services.text.contains("\u{1b}"))
    let edges = try await Program.run(Spoor.path, question + ["--show", "edges", "--sort", "p99"])
    #expect(edges.exitCode == 0 && edges.text.contains("web → cart"))
  }

  @Test func `lines of JSON come until nobody reads them`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let command = "\"$0\" top --format json --interval 100ms --window 1h --lag 0 --server \"$1\" | head -n 3"
    let lines = try await Program.run("/bin/sh", ["-c", command, Spoor.path, try collector.api])
    #expect(lines.exitCode == 0 && lines.text.split(separator: "\n").count == 3)
    #expect(lines.errors.isEmpty)
  }

  @Test func `an empty window, a wrong address and a wrong length say so`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let nothing = try await Program.run(
      Spoor.path, ["top", "--once", "--window", "1s", "--lag", "0", "--server", try collector.api])
    #expect(nothing.exitCode == 1 && nothing.errors.contains("longer --window"), "\(nothing.errors)")
    let nobody = try await Program.run(Spoor.path, ["top", "--once", "--server", "http://127.0.0.1:1"])
    #expect(nobody.exitCode == 2 && nobody.errorLines.count == 1)
    for wrong in [["--interval", "0s"], ["--window", "soon"], ["--sort", "colour"]] {
      #expect(try await Program.run(Spoor.path, ["top"] + wrong).exitCode == 64, "\(wrong)")
    }
  }

  @Test(arguments: ["q", "interrupt", "SIGTERM", "SIGHUP", "SIGSEGV"])
  func `the terminal comes back as it was, however it ends`(end: String) async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let run = try await Program.run(
      PythonShop.python ?? "python3",
      [
        "-B", PythonShop.script("top_terminal"), end, Spoor.path, "top", "--interval", "200ms", "--window", "1h",
        "--lag", "0", "--server", try collector.api,
      ], environment: ["SWIFT_BACKTRACE": "enable=no"])
    #expect(run.exitCode == 0, "\(run.errors)")
    let found = try JSONValue(parsing: run.output)
    #expect(found["raw"] == .bool(true) && found["restored"] == .bool(true), "\(run.text)")
    #expect(found["cursor"] == .bool(true) && found["screen"] == .bool(true), "\(run.text)")
    #expect((found["widest"].int ?? 1000) <= 80, "\(run.text)")
    let signal = ["SIGTERM": 15, "SIGHUP": 1, "SIGSEGV": 11][end]
    #expect(found["signal"].int == signal ?? 0 && found["exit"].int == (signal == nil ? 0 : -1), "\(run.text)")
  }

  /// Forty calls from web to cart, of 1 to 40 ms, that ended half a minute ago.
  private static func loaded(_ folder: TemporaryFolder) async throws -> RunningCollector {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let now = UInt64(Date().timeIntervalSince1970 * 1e9) - 30_000_000_000
    var spans: [MadeUpSpan] = []
    for number in 1...40 {
      let id = MadeUpSpan.traceID(number)
      let call = MadeUpSpan(
        service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "call", kind: 3, start: now,
        nanoseconds: UInt64(number) * 1_100_000)
      spans.append(call)
      spans.append(
        MadeUpSpan(
          service: "cart", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: call.spanID, name: "answer",
          kind: 2, start: now, nanoseconds: UInt64(number) * 1_000_000))
    }
    #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
    return collector
  }
}
