import Foundation
import TestCertificates
import Testing

/// The API's port, seen from outside.
@Suite(.timeLimit(.minutes(10))) struct APIDoorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Services/\(name)").path
  }

  private func python(_ name: String, _ arguments: String...) async throws -> Program {
    try await Program.run("/usr/bin/env", ["python3", "-B", script(name)] + arguments, within: .seconds(240))
  }

  // MARK: - Who may ask

  @Test func `TLS and tokens are asked for as on ingest, and spoor's commands bring them`() async throws {
    let authority = try await TestAuthority("authority", in: folder.url.path)
    let pair = try await authority.issue("collector")
    let tokens = try folder.file("tokens", "secret-of-web\n")
    let collector = try await RunningCollector.start(
      data: folder.path("ring"),
      options: ["--tls-cert", pair.certificateFile, "--tls-key", pair.keyFile, "--token-file", tokens])
    let url = "https://" + (try collector.api).dropFirst("http://".count)
    let spans = try folder.file(
      "spans.json",
      MadeUpSpan(service: "web", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1)).json)
    let trusting = ["--ca-file", authority.certificateFile]
    let sent = try await Program.run(
      Spoor.path,
      ["send", spans, "--to", "https://\(try collector.http)", "--header", "Authorization=Bearer secret-of-web"]
        + trusting)
    #expect(sent.exitCode == 0, "\(sent.errors)")

    for command in [["services"], ["map", "--format", "json"], ["trace", MadeUpSpan.traceID(1)]] {
      let window = command[0] == "map" ? ["--all"] : []
      let question = command + window + ["--server", url]
      let answer = try await Program.run(Spoor.path, question + trusting + ["--token", "secret-of-web"])
      #expect(answer.exitCode == 0 && answer.text.contains("web"), "\(command): \(answer.errors)")
      for (options, words) in [
        (trusting, "--token"), (trusting + ["--token", "wrong"], "--token"),
        (["--token", "secret-of-web"], "--ca-file"),
      ] {
        let refused = try await Program.run(Spoor.path, question + options)
        #expect(refused.exitCode == 2 && refused.errorLines.count == 1, "\(refused.errors)")
        #expect(refused.errors.contains(words), "\(refused.errors)")
      }
    }

    let run = try await python("api_client.py", url, authority.certificateFile, "secret-of-web")
    #expect(run.exitCode == 0, "\(run.errors)")
    var answers: [String: JSONValue] = [:]
    for line in run.text.split(separator: "\n") {
      let answer = try JSONValue(parsing: Data(line.utf8))
      answers[answer["name"].string ?? ""] = answer
    }
    func expect(_ name: String, _ status: Int, _ key: String, _ words: String) {
      let answer = answers[name] ?? .null
      #expect(answer["status"].int == status && answer[key].string?.contains(words) == true, "\(name): \(answer)")
    }
    expect("ready", 200, "body", "ready")
    expect("no token", 401, "challenge", "Bearer")
    expect("no token", 401, "body", #"{"error":"a token is needed"#)
    expect("wrong token", 401, "challenge", "invalid_token")
    expect("metrics", 200, "body", "spoor_")
    expect("packed", 200, "coding", "gzip")
    expect("packed", 200, "body", "spoor_")
    #expect(answers["head"]?["status"].int == 200 && answers["head"]?["body"].string == "")
    expect("delete", 405, "allow", "GET")
    expect("options", 204, "allow", "GET")
    expect("tempo", 200, "body", "echo")
    expect("nothing", 404, "body", "/api/spoor/v1")
    collector.program.send(signal: SIGTERM)
    #expect(try await collector.program.exitCode() == 0)
  }

  @Test func `an API that everybody may ask is warned of with its real port`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--api", "0.0.0.0:0"])
    let door = try #require(
      collector.program.lines.first { $0.hasPrefix("listening api ") }?.split(separator: " ").last)
    #expect(!door.hasSuffix(":0"))
    #expect(collector.program.lines.contains { $0.contains("api: anybody who reaches \(door) may read all traces") })
    collector.program.send(signal: SIGTERM)
    #expect(try await collector.program.exitCode() == 0)
  }

  // MARK: - Others are not starved

  @Test func `headers that drip are cut off, and others are answered meanwhile`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let port = try #require(try collector.api.split(separator: ":").last.flatMap { Int($0) })
    let slow = try await BackgroundProgram.start(
      "/usr/bin/env", ["python3", "-B", script("slow_senders.py"), "\(port)", "100"], readyWhen: { $0 == "holding" })
    for _ in 0..<20 { #expect(try await Door(port: port).get("/ready").status == 200) }
    // Ends when all of them are closed.
    #expect(try await slow.exitCode() == 0)
    #expect(try await Door(port: port).get("/ready").status == 200)
    #expect(try await collector.stop() == 0)
  }

  @Test func `ten thousand searches at once end in answers and refusals, and ingest goes on`() async throws {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let port = try #require(try collector.api.split(separator: ":").last)
    let searches = Task { try await python("search_burst.py", String(port), "10000", "1000") }
    let load = try await Load.send(to: try collector.http, from: 0, count: 400, service: "honest")
    #expect(load.acknowledged.count == 400 && load.refused.isEmpty)
    let run = try await searches.value
    #expect(run.exitCode == 0, "\(run.errors)")
    let statuses = try JSONValue(parsing: run.output)
    let (answered, refused) = (statuses["200"].int ?? 0, statuses["503"].int ?? 0)
    #expect(answered + refused == 10_000 && answered > 0, "\(run.text)")
    #expect(try await collector.stop() == 0)
  }
}
