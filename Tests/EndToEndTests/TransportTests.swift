import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct TransportTests {
  @Test func `a span each over UDP, TCP, HTTP and gRPC under one trace ID is one tree`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let id = MadeUpSpan.traceID(1)
    let web = MadeUpSpan(service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "GET /", kind: 2)
    let call = MadeUpSpan(
      service: "web", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: web.spanID, name: "call", kind: 3)
    let cart = MadeUpSpan(
      service: "cart", traceID: id, spanID: MadeUpSpan.spanID(3), parentSpanID: call.spanID, name: "answer", kind: 2)
    let inner = MadeUpSpan(
      service: "cart", traceID: id, spanID: MadeUpSpan.spanID(4), parentSpanID: cart.spanID, name: "look", kind: 1)
    // Children first: the order of arrival does not matter.
    for (span, url) in [
      (inner, "grpc://\(try collector.grpc)"), (cart, "udp://\(try collector.udp)"),
      (call, "tcp://\(try collector.tcp)"),
      (web, "http://\(try collector.http)"),
    ] {
      let file = try folder.file("\(span.name.hashValue).json", span.json)
      let sent = try await Spoor.run("send", file, "--to", url)
      #expect(sent.exitCode == 0, "\(url): \(sent.errors)")
    }
    #expect(try await collector.waits(forSpans: 4))

    let trace = try await collector.trace(id)
    #expect(trace.roots == [web.spanID])
    #expect(trace.children(of: web.spanID) == [call.spanID])
    #expect(trace.children(of: call.spanID) == [cart.spanID])
    #expect(trace.children(of: cart.spanID) == [inner.spanID])
    #expect(trace.spans.count == 4)
    #expect(trace.spans.allSatisfy { $0["orphan"] != .bool(true) })

    let tree = try await Spoor.run("trace", id, "--server", collector.api)
    #expect(tree.exitCode == 0)
    for word in ["web", "cart", "GET /", "answer"] { #expect(tree.text.contains(word)) }
  }

  @Test func `spans arrive through Unix sockets, and their files go with the collector`() async throws {
    let folder = try TemporaryFolder()
    let (frames, datagrams) = (folder.path("tcp.sock"), folder.path("udp.sock"))
    let collector = try await RunningCollector.start(
      data: folder.path("ring"),
      options: ["--tcp", "127.0.0.1:0,unix:\(frames)", "--udp", "unix:\(datagrams)"])
    let id = MadeUpSpan.traceID(4)
    for (number, url) in ["unix:\(frames)", "tcp://unix:\(frames)", "udp://unix:\(datagrams)"].enumerated() {
      let span = MadeUpSpan(service: "web", traceID: id, spanID: MadeUpSpan.spanID(number + 1))
      let sent = try await Spoor.run("send", try folder.file("\(number).json", span.json), "--to", url)
      #expect(sent.exitCode == 0, "\(url): \(sent.errors)")
    }
    #expect(try await collector.waits(forSpans: 3))
    #expect(try await collector.stop() == 0)
    #expect(!FileManager.default.fileExists(atPath: frames) && !FileManager.default.fileExists(atPath: datagrams))
    let refused = try await Spoor.run(
      "send", folder.path("1.json"), "--to", "unix:\(frames)")
    #expect(refused.exitCode == 2)
    #expect(refused.errors.contains("nobody listens on unix:\(frames)"), "\(refused.errors)")
  }

  @Test func `a protobuf answer to trace can be sent on to another collector as it is`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let other = try await RunningCollector.start(data: folder.path("other"))
    let span = MadeUpSpan(
      service: "web", traceID: MadeUpSpan.traceID(2), spanID: MadeUpSpan.spanID(1), attributes: ["a": "å"])
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)

    let bytes = try await Spoor.ask("trace", span.traceID, "--server", collector.api, "--format", "otlp")
    let file = folder.path("trace.pb")
    try bytes.write(to: URL(fileURLWithPath: file))
    let sent = try await Spoor.run("send", file, "--to", "http://\(try other.http)")
    #expect(sent.exitCode == 0, "\(sent.errors)")

    let here = try await Spoor.ask("trace", span.traceID, "--server", collector.api, "--format", "otlp-json")
    let there = try await Spoor.ask("trace", span.traceID, "--server", other.api, "--format", "otlp-json")
    #expect(here == there)
  }

  @Test(arguments: ["none", "gzip", "zstd"])
  func `spans arrive the same however their sender compresses them`(compression: String) async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let span = MadeUpSpan(
      service: "web", traceID: MadeUpSpan.traceID(3), spanID: MadeUpSpan.spanID(1),
      attributes: ["text": String(repeating: "compress me ", count: 1000)])
    let file = try folder.file("span.json", span.json)
    let sent = try await Spoor.run(
      "send", file, "--to", "http://\(try collector.http)", "--compression", compression)
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let answer = try await Spoor.ask("trace", span.traceID, "--server", collector.api, "--format", "otlp-json")
    let found = ComparableSpan.spans(of: try JSONValue(parsing: answer))
    #expect(found == ComparableSpan.spans(of: try JSONValue(parsing: Data(span.json.utf8))))
    #expect(try await collector.stop() == 0)
  }

  @Test func `an empty request succeeds on HTTP and TCP`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let reply = try await collector.http.post([])
    #expect(reply.status == 200)
    #expect(reply.headers["content-type"] == "application/x-protobuf")
    #expect(ExportResponse(parsing: reply.body)?.rejectedSpans == 0)
    let response = try await collector.tcp.connect { conversation in
      try await conversation.write(frame: [])
      return try await conversation.readFrame()
    }
    #expect(response == ExportResponse(parsing: []))
  }

  @Test func `many frames on one connection are answered in their order`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let rejected = try await collector.tcp.connect { conversation in
      // Frame n holds n spans without an ID, so that its answer tells which frame it is for.
      for count in 1...20 {
        try await conversation.write(frame: MadeUpSpan.request(Array(repeating: .withoutID, count: count)))
      }
      var rejected: [Int?] = []
      for _ in 1...20 { rejected.append(try await conversation.readFrame()?.rejectedSpans) }
      return rejected
    }
    #expect(rejected == Array(1...20))
  }
}

extension MadeUpSpan {
  static let withoutID = MadeUpSpan(service: "nobody", traceID: "", spanID: "")
}
