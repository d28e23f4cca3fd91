import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct OperationalErrorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a folder that is another's is left alone`() async throws {
    let file = try folder.file("diary", "dear diary")
    try await expectRefused(serve(data: folder.url.path), naming: "diary")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "dear diary")
  }

  @Test func `a file in place of the folder is refused`() async throws {
    try await expectRefused(serve(data: folder.file("ring", "a file")), naming: folder.path("ring"))
    try await expectRefused(serve(data: folder.path("ring/inside")), naming: folder.path("ring"))
  }

  @Test func `a place where nothing can be made is refused`() async throws {
    // Not even root makes folders here.
    try await expectRefused(serve(data: "/proc/spoor"), naming: "/proc/spoor")
  }

  @Test func `a ring that another collector holds is refused, and goes on`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    try await expectRefused(serve(data: folder.path("ring")), naming: folder.path("ring"))
    #expect(try await collector.http.post([]).status == 200)
  }

  @Test func `a ring whose folder is gone is told of in one line at the end`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let span = MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1))
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    try FileManager.default.removeItem(atPath: folder.path("ring"))
    _ = try await collector.http.post(MadeUpSpan.request([span, span]))
    _ = try await collector.stop()
    #expect(!collector.program.lines.contains { $0.contains("Cancellation") }, "\(collector.program.lines)")
    #expect(collector.program.lines.contains { $0.hasPrefix("stopped: ") }, "\(collector.program.lines)")
  }

  @Test func `a capacity below 32 MiB is refused, and nothing is made`() async throws {
    try await expectRefused(serve(data: folder.path("ring"), "--capacity", "31MiB"), naming: "32 MiB")
    #expect(TemporaryFolder.byteCount(under: folder.path("ring")) == 0)
  }

  @Test func `a port in use is named`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let doors = [
      ("--otlp-grpc", try collector.grpc), ("--otlp-http", try collector.http),
      ("--tcp", try collector.tcp), ("--udp", try collector.udp),
    ]
    for (option, door) in doors {
      try await expectRefused(serve(data: folder.path("other"), option, "\(door)"), naming: "\(door.port)")
    }
    let api = try collector.api.dropFirst("http://".count).description
    try await expectRefused(serve(data: folder.path("other"), "--api", api), naming: api)
  }

  @Test func `a server that is not there is named, with what to do`() async throws {
    // Nobody listens on port 1.
    for question in [["trace", "abc"], ["map"], ["services"], ["latency"]] {
      let answer = try await Program.run(Spoor.path, question + ["--server", "http://127.0.0.1:1"])
      expectRefused(answer, naming: "127.0.0.1:1")
      #expect(answer.errors.contains("spoor serve"))
    }
    let file = try folder.file(
      "span.json", MadeUpSpan(service: "a", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1)).json)
    for scheme in ["http", "tcp"] {
      let answer = try await Spoor.run("send", file, "--to", "\(scheme)://127.0.0.1:1")
      expectRefused(answer, naming: "127.0.0.1:1")
    }
  }

  @Test func `a folder without a ring is no answer`() async throws {
    for path in [folder.url.path, folder.path("nowhere")] {
      expectRefused(try await Spoor.run("services", "--data", path), naming: path)
    }
  }

  @Test func `an empty ring answers 1 and says so`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for question in [["trace", "abc"], ["map"], ["services"], ["latency"]] {
      let answer = try await Program.run(Spoor.path, question + ["--server", collector.api])
      #expect(answer.exitCode == 1, "\(question)")
      #expect(answer.errors.contains("empty") && answer.errorLines.count == 1, "\(answer.errors)")
    }
  }

  @Test func `an empty window says which times the ring holds and names --all`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    var span = MadeUpSpan(service: "old", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1))
    span.start = 1_500_000_000_000_000_000  // 2017-07-14T02:40:00Z
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    let answer = try await Spoor.run("map", "--server", collector.api)
    #expect(answer.exitCode == 1)
    #expect(answer.errors.contains("2017-07-14T02:40:00") && answer.errors.contains("--all"), "\(answer.errors)")
    #expect(try await Spoor.run("map", "--all", "--server", collector.api).exitCode == 0)
  }

  @Test(arguments: [
    ["serve", "--nonsense"], ["serve", "--capacity", "much"], ["serve", "--otlp-http", "nowhere"], ["trace"],
    ["trace", "not-an-id"], ["map", "--format", "bogus"], ["latency", "--since", "yesterday-ish"], ["bogus"],
  ])
  func `a wrong command line exits 64 and says what is wrong`(arguments: [String]) async throws {
    let answer = try await Program.run(Spoor.path, arguments)
    #expect(answer.exitCode == 64)
    #expect(answer.text.isEmpty && !answer.errors.isEmpty)
  }

  /// `spoor serve` that is not expected to come up.
  private func serve(data: String, _ options: String...) async throws -> Program {
    var arguments = ["serve", "--data", data]
    for option in ["--otlp-grpc", "--otlp-http", "--tcp", "--udp", "--api"] where !options.contains(option) {
      arguments += [option, "127.0.0.1:0"]
    }
    if !options.contains("--capacity") { arguments += ["--capacity", "64MiB"] }
    return try await Program.run(Spoor.path, arguments + options, within: .seconds(60))
  }

  /// Exit code 2 and one line that names what is in the way; before it only what was done to the ring is said.
  private func expectRefused(_ answer: Program, naming word: String) {
    #expect(answer.exitCode == 2, "\(answer.errors)")
    #expect(answer.errorLines.filter { !$0.hasPrefix("ring: ") }.count == 1, "\(answer.errors)")
    #expect(answer.errors.contains(word), "\(answer.errors)")
    #expect(answer.text.isEmpty)
  }
}
