import Foundation
import TestCertificates
import Testing

/// Who may send, seen from outside.
@Suite(.timeLimit(.minutes(10))) struct SecurityTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority
  private let collectorPair: TestAuthority.Pair
  private let senderPair: TestAuthority.Pair
  private let spans: String

  init() async throws {
    folder = try TemporaryFolder()
    authority = try await TestAuthority("authority", in: folder.url.path)
    collectorPair = try await authority.issue("collector")
    senderPair = try await authority.issue("sender")
    let span = MadeUpSpan(service: "web", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1))
    spans = try folder.file("spans.json", span.json)
  }

  /// A collector whose listeners for spans speak TLS.
  private func start(_ more: String...) async throws -> RunningCollector {
    try await RunningCollector.start(
      data: folder.path("ring"),
      options: ["--tls-cert", collectorPair.certificateFile, "--tls-key", collectorPair.keyFile] + more + apiIsOpen)
  }

  private let apiIsOpen = ["--api-tls-cert", "off", "--api-token-file", "off"]

  private var asSender: [String] { ["--cert-file", senderPair.certificateFile, "--key-file", senderPair.keyFile] }
  private var trusting: [String] { ["--ca-file", authority.certificateFile] }

  private func send(_ options: [String]) async throws -> Program {
    try await Program.run(Spoor.path, ["send", spans] + options)
  }

  private func expectOneLine(_ program: Program, containing words: String) {
    #expect(program.exitCode == 2)
    #expect(program.errorLines.count == 1 && program.errors.contains(words), "\(program.errors)")
  }

  @Test(
    .enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"),
    arguments: ["grpc", "http/protobuf"])
  func `the Python SDK sends over TLS with a token and a certificate, and not without either`(
    transport: String
  ) async throws {
    let tokens = try folder.file("tokens", "# one line for each\nsecret-of-web\n")
    let collector = try await start("--tls-client-ca", authority.certificateFile, "--token-file", tokens)
    let whole = [
      "OTEL_EXPORTER_OTLP_PROTOCOL": transport,
      "OTEL_EXPORTER_OTLP_ENDPOINT": "https://\(try transport == "grpc" ? collector.grpc : collector.http)",
      "OTEL_EXPORTER_OTLP_CERTIFICATE": authority.certificateFile,
      "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": senderPair.certificateFile,
      "OTEL_EXPORTER_OTLP_CLIENT_KEY": senderPair.keyFile,
      "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20secret-of-web", "OTEL_EXPORTER_OTLP_TIMEOUT": "2",
    ]
    #expect(try await export(whole) == "SUCCESS")
    #expect(try await collector.spanCount() == 1)
    for missing in [
      ["OTEL_EXPORTER_OTLP_HEADERS"], ["OTEL_EXPORTER_OTLP_CERTIFICATE"],
      ["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
    ] {
      #expect(try await export(whole.filter { !missing.contains($0.key) }) == "FAILURE", "\(missing)")
    }
    #expect(try await collector.spanCount() == 1)
    #expect(try await collector.counter("payloads_refused.unauthorized") == 1)
    #expect(try await collector.counter("payloads_refused.tls_handshake_failed") > 0)
    #expect(try await collector.stop() == 0)
  }

  private func export(_ environment: [String: String]) async throws -> String {
    // These variables are stronger than the exporter's own in the library that it sends with.
    let others = ["REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""]
    let run = try await PythonShop.run("one_span", environment: environment.merging(others) { $1 })
    return run.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `where certificates are asked for, send is told what to show, over every transport`() async throws {
    let collector = try await start("--tls-client-ca", authority.certificateFile)
    for url in [
      "grpcs://\(try collector.grpc)", "https://\(try collector.http)", "tcps://\(try collector.tcp)",
    ] {
      expectOneLine(try await send(["--to", url] + trusting), containing: "--cert-file")
      expectOneLine(try await send(["--to", url] + asSender), containing: "--ca-file")
      let sent = try await send(["--to", url] + trusting + asSender)
      #expect(sent.exitCode == 0, "\(url): \(sent.errors)")
    }
    // Plain text gets no answer that could be taken for one, and is counted.
    #expect(try await send(["--to", "tcp://\(try collector.tcp)"]).exitCode == 2)
    #expect(try await collector.counter("payloads_refused.tls_handshake_failed") > 2)
    #expect(try await collector.spanCount() == 1)
    #expect(try await collector.stop() == 0)
  }

  @Test func `a token is asked for, and send names the option for it`() async throws {
    let collector = try await RunningCollector.start(
      data: folder.path("ring"), options: ["--token-file", folder.file("tokens", "a+b/c==\n")] + apiIsOpen)
    for url in ["grpc://\(try collector.grpc)", "http://\(try collector.http)"] {
      expectOneLine(try await send(["--to", url]), containing: "--header")
      expectOneLine(
        try await send(["--to", url, "--header", "Authorization=Bearer wrong"]), containing: "not known here")
      #expect(try await send(["--to", url, "--header", "Authorization=Bearer a+b/c=="]).exitCode == 0)
    }
    #expect(try await collector.counter("payloads_refused.unauthorized") == 4)
    #expect(try await collector.stop() == 0)
  }

  @Test func `a certificate is swapped while spans come: nobody loses one, and who connects then sees it`() async throws
  {
    let collector = try await start()
    let url = "https://\(try collector.http)"
    let (old, new) = (authority, try await TestAuthority("new", in: folder.url.path))
    let load = Task { [trusting] in
      try await Program.run(
        Spoor.path, ["load", "--to", url, "--spans", "20000", "--rate", "10000", "--format", "json"] + trusting)
    }
    // Waits for the load to have begun.
    while try await collector.spanCount() == 0 {}
    let other = try await new.issue("other")
    try replace(collectorPair.certificateFile, with: other.certificateFile)
    try replace(collectorPair.keyFile, with: other.keyFile)
    var sent = try await send(["--to", url, "--ca-file", new.certificateFile])
    for _ in 0..<100 where sent.exitCode != 0 {
      sent = try await send(["--to", url, "--ca-file", new.certificateFile])
    }
    #expect(sent.exitCode == 0, "\(sent.errors)")
    expectOneLine(try await send(["--to", url, "--ca-file", old.certificateFile]), containing: "--ca-file")

    let outcome = try await load.value
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let summary = try JSONValue(parsing: outcome.output)
    #expect((summary["accepted"].int ?? 0) >= 20_000 && summary["rejected"].int == 0, "\(summary)")
    #expect(collector.program.lines.contains { $0.contains("changed and is in force") })

    // A file that has become bad is told of once, and what was in force stays.
    _ = try folder.file("collector.pem", "nothing\n")
    for _ in 0..<100 where !collector.program.lines.contains(where: { $0.contains("stays in force") }) {
      #expect(try await send(["--to", url, "--ca-file", new.certificateFile]).exitCode == 0)
    }
    #expect(try await send(["--to", url, "--ca-file", new.certificateFile]).exitCode == 0)
    #expect(collector.program.lines.filter { $0.contains("stays in force") }.count == 1)
    #expect(try await collector.stop() == 0)
  }

  private func replace(_ file: String, with other: String) throws {
    try Data(contentsOf: URL(fileURLWithPath: other)).write(to: URL(fileURLWithPath: file))
  }

  @Test(arguments: [("--tls-cert", "/dev/null"), ("--tls-key", "/dev/null"), ("--token-file", "/nowhere/tokens")])
  func `a file that cannot be used is told of in one line at the start`(option: String, file: String) async throws {
    var options = ["--tls-cert": collectorPair.certificateFile, "--tls-key": collectorPair.keyFile]
    options[option] = file
    let run = try await Program.run(
      Spoor.path,
      ["serve", "--data", folder.path("ring"), "--capacity", "64MiB", "--otlp-http", "127.0.0.1:0", "--udp", "off"]
        + ["--otlp-grpc", "off", "--tcp", "off", "--api", "off"] + options.flatMap { [$0, $1] })
    #expect(run.exitCode == 2)
    #expect(run.errorLines.last?.contains("cannot use \(file): ") == true, "\(run.errors)")
  }

  // MARK: - Others are not starved

  @Test func `a thousand connections that send a byte a second keep nobody waiting, and are closed`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let door = try collector.http
    let slow = try await BackgroundProgram.start(
      "/usr/bin/env", ["python3", "-B", script("slow_senders.py"), "\(door.port)", "1000"],
      readyWhen: { $0 == "holding" })
    let clock = ContinuousClock()
    var times: [Duration] = []
    for number in 0..<200 {
      let request = NumberedRequest(number, service: "honest")
      // Each on a connection of its own.
      let began = clock.now
      #expect(try await door.post(request.body).status == 200)
      times.append(clock.now - began)
    }
    times.sort()
    // A machine may be busy with other things for some moments; who is starved waits every time.
    #expect(times[100] < .milliseconds(250) && times[180] < .seconds(2), "the slowest: \(times.suffix(20))")
    // Ends when all of them are closed.
    #expect(try await slow.exitCode() == 0)
    #expect(try await collector.counter("payloads_refused.timed_out") == 1000)
    #expect(try await collector.spanCount() >= 200)
    #expect(try await collector.stop() == 0)
  }

  private func openFileCount(of program: BackgroundProgram) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.id)/fd").count
  }

  @Test func `a collector that can open no more files waits without work, and goes on when it can`() async throws {
    let anyPort = "127.0.0.1:0"
    let collector = try await RunningCollector.start(
      data: folder.path("ring"),
      options: [
        "--otlp-http", "\(anyPort),\(anyPort),\(anyPort)", "--otlp-grpc", "off", "--udp", "off", "--tcp", "off",
        "--api", "off",
      ],
      // Where it has so few, each listener has 16 connections at most.
      wrapper: { path, arguments in ("/bin/sh", ["-c", "ulimit -n 40; exec \"$0\" \"$@\"", path] + arguments) })
    let program = collector.program
    let doors = program.lines.filter { $0.hasPrefix("listening otlp-http ") }
      .compactMap { Door(String($0.dropFirst("listening otlp-http ".count))) }
    #expect(doors.count == 3)
    let (request, slowSenders) = (NumberedRequest(1, service: "honest"), script("slow_senders.py"))
    try await doors[0].connect { (conversation: inout Conversation) async throws in
      #expect(try await conversation.post(request.body, to: doors[0]).status == 200)
      // They come again when they have been closed for being slow, so that a busy machine has them all here together.
      let crowds = try await withThrowingTaskGroup(of: BackgroundProgram.self) { group in
        for door in doors {
          group.addTask {
            try await BackgroundProgram.start(
              "/usr/bin/env", ["python3", "-B", slowSenders, "\(door.port)", "16", "again"],
              readyWhen: { $0 == "holding" })
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      // The crowds are connected as soon as the kernel has them, so it may still be about to accept some.
      var isFull = false
      for _ in 0..<200 where !isFull {
        isFull = try openFileCount(of: program) == 40
        #expect(try await conversation.post(request.body, to: doors[0]).status == 200)
      }
      #expect(isFull, "it still had files to open")
      // What it does while nobody asks for anything is to be told by waiting. NIO's own backoff is one second long, and
      // what comes after it is what matters.
      let before = try program.processorTime()
      try await Task.sleep(for: .milliseconds(2_500))
      #expect(try program.processorTime() - before < .milliseconds(500))
      // Who is connected is served, whoever else waits.
      for _ in 0..<20 { #expect(try await conversation.post(request.body, to: doors[0]).status == 200) }
      for crowd in crowds {
        crowd.send(signal: SIGKILL)
        _ = try await crowd.exitCode()
      }
    }
    for door in doors { #expect(try await door.post(request.body).status == 200) }
    program.send(signal: SIGTERM)
    #expect(try await program.exitCode() == 0)
  }

  private func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Services/\(name)").path
  }
}

extension BackgroundProgram {
  /// What it took of the processor so far.
  fileprivate func processorTime() throws -> Duration {
    let stat = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
    // After the name in parentheses; user and system time in ticks are fields 14 and 15 of all.
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    let ticks = fields.dropFirst(12).prefix(2).compactMap { Int($0) }.reduce(0, +)
    return .milliseconds(ticks * 10)
  }
}
