import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct ZipkinTests {
  @Test(.enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
  func `a trace of OpenTelemetry's Zipkin exporter comes back as OTLP and as Zipkin's`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--zipkin", "127.0.0.1:0"])
    let sender = try await PythonShop.run(
      "zipkin", environment: ["ENDPOINT": "http://\(try collector.zipkin)/api/v2/spans"])
    #expect(sender.exitCode == 0 && sender.errors.isEmpty, "\(sender.errors)")
    let id = sender.text.trimmingCharacters(in: .whitespacesAndNewlines)

    let trace = try await Spoor.askJSON("trace", id, "--server", collector.api)
    let spans = trace["spans"].elements
    #expect(spans.map { $0["name"].string } == ["GET /", "cart", "GET /cart", "think"])
    #expect(spans.map { $0["service"].string } == ["Web", "Web", "Cart", "Cart"])
    #expect(spans.map { $0["kind"].string } == ["server", "client", "server", "internal"])
    #expect(spans[2]["status"].string == "error" && spans[2]["status_message"].string == "no room: ∅")
    #expect(spans[0]["attributes"]["number"].string == "7" && spans[0]["attributes"]["yes"].string == "true")
    #expect(spans[0]["events"].elements.first?["name"].string == #"{"cache miss": {"key": "tea"}}"#)

    let reply = try await collector.getAPI("/api/v2/trace/\(id)")
    let zipkin = try JSONValue(parsing: Data(reply.body)).elements
    #expect(zipkin.map { $0["name"].string } == ["get /", "cart", "get /cart", "think"])
    #expect(zipkin.map { $0["kind"].string } == ["SERVER", "CLIENT", "SERVER", nil])
    #expect(zipkin[0]["localEndpoint"]["serviceName"].string == "web")
    #expect(zipkin[0]["localEndpoint"]["ipv4"].string == "10.0.0.7" && zipkin[0]["localEndpoint"]["port"].int == 8080)
    #expect(zipkin[2]["tags"]["error"].string == "no room: ∅")
    #expect(zipkin[2]["tags"]["otel.status_code"].string == "ERROR")
    #expect(zipkin[1]["remoteEndpoint"]["serviceName"].string == "cart.example")

    let map = try await collector.map()
    #expect(Set(map["nodes"].elements.map { $0["id"].string }) == ["service:shop/Web", "service:shop/Cart", "user"])
    #expect(try await collector.stop() == 0)
  }

  @Test func `both ends of a call under one ID are stored, and shown as Zipkin sent them`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--zipkin", "127.0.0.1:0"])
    let now = Int(Date().timeIntervalSince1970 * 1_000_000)
    let spans = """
      [{"traceId":"00000000000000aa","id":"1","name":"get","kind":"CLIENT","timestamp":\(now),"duration":9000,
      "localEndpoint":{"serviceName":"web"}},
      {"traceId":"aa","id":"1","name":"get /","kind":"SERVER","shared":true,"timestamp":\(now + 1000),"duration":5000,
      "localEndpoint":{"serviceName":"cart","port":80},"remoteEndpoint":{"ipv4":"10.0.0.9","port":4242}}]
      """
    let reply = try await collector.zipkin.post(
      Array(spans.utf8), at: "/api/v2/spans", contentType: "application/json")
    #expect(reply.status == 202 && reply.body.isEmpty)
    let answer = try JSONValue(parsing: Data(try await collector.getAPI("/api/v2/trace/aa").body)).elements
    #expect(answer.map { $0["kind"].string } == ["CLIENT", "SERVER"])
    #expect(answer.map { $0["id"].string } == ["0000000000000001", "0000000000000001"])
    #expect(answer.map { $0["traceId"].string } == ["00000000000000aa", "00000000000000aa"])
    #expect(answer[1]["shared"] == .bool(true) && answer[0]["shared"] != .bool(true))
    #expect(answer[1]["duration"].int == 5000 && answer[1]["timestamp"].int == now + 1000)
    #expect(answer[1]["remoteEndpoint"]["ipv4"].string == "10.0.0.9" && answer[1]["remoteEndpoint"]["port"].int == 4242)
    #expect(try await collector.stop() == 0)
  }

  @Test func `what is no list of Zipkin's spans is refused in a line of text and counted`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--zipkin", "127.0.0.1:0"])
    let door = try collector.zipkin
    for (path, type, body, status, text) in [
      ("/api/v2/spans", "application/json", "[{", 400, "malformed at byte "),
      (
        "/api/v2/spans", "application/json", #"[{"traceId":"1","id":"1","binaryAnnotations":[]}]"#, 400,
        "malformed at byte "
      ),
      ("/api/v2/spans", "application/x-thrift", "x", 415, "Content-Type 'application/x-thrift' is not accepted"),
      ("/api/v1/spans", "application/json", "[]", 404, "there is nothing at '/api/v1/spans'"),
      ("/api/v2/spans", "application/json", #"[{"traceId":"0","id":"1"}]"#, 202, "trace ID must be"),
      ("/api/v2/spans", "application/x-protobuf", "", 202, ""),
    ] {
      let reply = try await door.post(Array(body.utf8), at: path, contentType: type)
      #expect(reply.status == status, "\(body)")
      #expect(
        String(decoding: reply.body, as: UTF8.self).hasPrefix(text), "\(String(decoding: reply.body, as: UTF8.self))")
      #expect(reply.headers["content-type"] == "text/plain; charset=utf-8")
    }
    #expect(try await collector.stop() == 0)
  }
}
