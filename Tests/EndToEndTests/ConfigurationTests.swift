import Testing

@Suite(.timeLimit(.minutes(10))) struct ConfigurationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a collector takes flags over the environment over a file`() async throws {
    let file = try folder.file(
      "spoor.yaml",
      """
      ring: { data: \(folder.path("from-file")), capacity: 48MiB }
      listen: { otlp-grpc: off, otlp-http: "127.0.0.1:0", udp: "127.0.0.1:0", tcp: off, api: "127.0.0.1:0" }
      """)
    let program = try await BackgroundProgram.start(
      Spoor.path, ["serve", "--data", folder.path("from-flag")],
      environment: ["SPOOR_CONFIG": file, "SPOOR_DATA": folder.path("from-environment"), "SPOOR_UDP": "off"],
      readyWhen: { $0 == "ready" })
    let listening = program.lines.filter { $0.hasPrefix("listening ") }.map { $0.split(separator: " ")[1] }
    #expect(listening.contains("otlp-http") && listening.contains("api"))
    #expect(!listening.contains("udp") && !listening.contains("tcp"))
    #expect(program.lines.contains { $0.contains("48 MiB") }, "\(program.lines)")
    #expect(TemporaryFolder.byteCount(under: folder.path("from-flag")) > 0)
    #expect(TemporaryFolder.byteCount(under: folder.path("from-file")) == 0)
    program.send(signal: 15)
    #expect(try await program.exitCode() == 0)
  }

  @Test func `--print-config starts nothing, and what it prints makes the same`() async throws {
    let data = folder.path("ring")
    let first = try await Program.run(
      Spoor.path, ["serve", "--print-config", "--data", data, "--ack", "received"],
      environment: ["SPOOR_OTLP_HTTP": "127.0.0.1:1,[::1]:2"])
    #expect(first.exitCode == 0 && first.errors.isEmpty, "\(first.errors)")
    #expect(TemporaryFolder.byteCount(under: data) == 0)
    let file = try folder.file("printed.yaml", first.text)
    let again = try await Spoor.run("serve", "--print-config", "--config", file)
    #expect(again.exitCode == 0, "\(again.errors)")
    func values(_ text: String) -> [Substring] {
      text.split(separator: "\n").map { $0.prefix(upTo: $0.firstRange(of: "  # ")?.lowerBound ?? $0.endIndex) }
    }
    #expect(values(again.text) == values(first.text))
    #expect(again.text.contains("ack: received  # file"))
  }

  @Test func `what is wrong in a file is one line with its place, and 64`() async throws {
    let file = try folder.file("spoor.yaml", "listen:\n  otlp-htpp: off\n")
    let answer = try await Spoor.run("serve", "--config", file)
    #expect(answer.exitCode == 64)
    #expect(
      answer.errorLines == ["spoor: \(file):2: there is no setting listen.otlp-htpp; did you mean listen.otlp-http?"])
  }

  @Test func `a variable that is no setting is warned of`() async throws {
    let answer = try await Program.run(
      Spoor.path, ["serve", "--data", "/proc/spoor"], environment: ["SPOOR_CAPACTY": "1GiB"])
    #expect(answer.errorLines.first?.contains("did you mean SPOOR_CAPACITY?") == true, "\(answer.errors)")
  }

  @Test func `a listener for everybody warns in one line, and one for this machine does not`() async throws {
    for (host, warnings) in [("0.0.0.0", 1), ("127.0.0.1", 0)] {
      let collector = try await RunningCollector.start(
        data: folder.path(host), options: ["--otlp-http", "\(host):0"])
      #expect(try await collector.stop() == 0)
      let lines = collector.program.lines.filter { $0.contains("otlp-http: anybody who reaches \(host)") }
      #expect(lines.count == warnings, "\(collector.program.lines)")
    }
  }

  @Test func `a web page may send where --cors-origin says so`() async throws {
    let collector = try await RunningCollector.start(
      data: folder.path("ring"), options: ["--cors-origin", "https://shop.example"])
    let reply = try await collector.http.connect { conversation in
      try await conversation.write(
        Array(
          """
          OPTIONS /v1/traces HTTP/1.1\r\nHost: h\r\nOrigin: https://shop.example\r\n\
          Access-Control-Request-Method: POST\r\n\r\n
          """.utf8))
      return try await conversation.readReply()
    }
    #expect(reply.status == 204 && reply.headers["access-control-allow-origin"] == "https://shop.example")
  }
}
