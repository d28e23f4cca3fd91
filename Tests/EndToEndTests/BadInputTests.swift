import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct BadInputTests {
  /// What the collector may hold at its worst here: it must not grow with what it is sent.
  private static let memoryMax = 400 << 20

  @Test func `HTTP refuses each hostile request with 400 and a Status that says why, and goes on`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for payload in HostilePayload.all {
      let reply = try await collector.http.post(payload.bytes)
      #expect(reply.status == 400, "\(payload.testDescription)")
      #expect(reply.headers["content-type"] == "application/x-protobuf", "\(payload.testDescription)")
      let status = try #require(RPCStatus(parsing: reply.body), "\(payload.testDescription)")
      #expect(status.code == 3 && !status.message.isEmpty, "\(payload.testDescription): \(status)")
    }
    #expect(try await collector.counter("payloads_refused.malformed") == HostilePayload.all.count)
    try await expectHealthy(collector)
  }

  @Test func `TCP answers each hostile frame with a response that says why, and closes`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for payload in HostilePayload.all {
      try await collector.tcp.connect { conversation in
        try await conversation.write(frame: payload.bytes)
        let response = try await conversation.readFrame()
        #expect(response?.errorMessage.isEmpty == false, "\(payload.testDescription)")
        #expect(try await conversation.isClosed(), "\(payload.testDescription)")
      }
    }
    try await expectHealthy(collector)
  }

  @Test func `TCP refuses a frame longer than a request may be before it has come`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    try await collector.tcp.connect { conversation in
      try await conversation.write(frame: [1, 2, 3], length: 0xFFFF_FFFF)
      let response = try await conversation.readFrame()
      #expect(response?.errorMessage.isEmpty == false)
      #expect(try await conversation.isClosed())
    }
    try await expectHealthy(collector)
  }

  @Test func `UDP drops each hostile datagram and counts it`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let payloads = HostilePayload.all.filter { $0.bytes.count <= 60_000 }
    #expect(payloads.count >= 10)
    for payload in payloads { try await collector.udp.send(datagram: payload.bytes) }
    // A good one behind them: once it is there, those before it have been read.
    let good = MadeUpSpan(service: "good", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1))
    try await collector.udp.send(datagram: MadeUpSpan.request([good]))
    #expect(try await collector.waits(forSpans: 1))
    #expect(try await collector.counter("payloads_refused.malformed") == payloads.count)
    try await expectHealthy(collector)
  }

  @Test func `a million empty spans are refused or counted, and cost no more memory than others`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for _ in 0..<3 {
      let reply = try await collector.http.post(HostilePayload.emptySpans(131_072))
      #expect(reply.status == 200)
      #expect(ExportResponse(parsing: reply.body)?.rejectedSpans == 131_072)
      #expect(try await collector.http.post(HostilePayload.emptySpans(1_000_000)).status == 400)
    }
    try await expectHealthy(collector)
  }

  @Test func `spans without valid IDs are rejected by number and reason, and those beside them are kept`() async throws
  {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let good = MadeUpSpan(service: "good", traceID: MadeUpSpan.traceID(7), spanID: MadeUpSpan.spanID(7))
    var bad = Array(repeating: good, count: 5)
    bad[0].traceID = ""
    bad[1].traceID = String(repeating: "0", count: 32)
    bad[2].traceID = "0102"
    bad[3].spanID = ""
    bad[4].spanID = String(repeating: "0", count: 16)
    let body = MadeUpSpan.request(bad + [good])

    let reply = try await collector.http.post(body)
    #expect(reply.status == 200)
    let response = try #require(ExportResponse(parsing: reply.body))
    #expect(response.rejectedSpans == 5)
    #expect(response.errorMessage.contains("trace ID") && response.errorMessage.contains("span ID"), "\(response)")
    let framed = try await collector.tcp.connect { conversation in
      try await conversation.write(frame: body)
      return try await conversation.readFrame()
    }
    #expect(framed == response)
    #expect(try await collector.spanCount(ofTrace: good.traceID) >= 1)
  }

  @Test func `a body over the limit is refused with 413, by its length or by its chunks`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let declared = try await collector.http.post([], contentLength: 1 << 30)
    #expect(declared.status == 413)
    #expect(RPCStatus(parsing: declared.body)?.message.isEmpty == false)

    let chunked = try await collector.http.connect { conversation in
      let head = "POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n"
      try await conversation.write(Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8))
      let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 0, count: 1 << 20) + Array("\r\n".utf8)
      // One MiB more than OTLP's 64: the collector answers while the last of it is still coming.
      for _ in 0..<65 { try await conversation.write(chunk) }
      return try await conversation.readReply()
    }
    #expect(chunked.status == 413)
    try await expectHealthy(collector)
  }

  @Test func `a body that inflates past the limit is refused with 413, and costs no more memory than others`()
    async throws
  {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for _ in 0..<3 {
      let reply = try await collector.http.post(HostilePayload.zstdBomb(1 << 30), headers: ["Content-Encoding: zstd"])
      #expect(reply.status == 413)
      #expect(RPCStatus(parsing: reply.body)?.message.isEmpty == false)
    }
    #expect(try await collector.counter("payloads_refused.body_too_large") == 3)
    try await expectHealthy(collector)
  }

  @Test func `bodies that are not what they are said to be are refused in the sender's encoding`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for (body, type, headers) in [
      ("{}", "application/x-protobuf", ["Content-Encoding: gzip"]), ("", "application/json", []),
      ("[]", "application/json", []), ("{\"resourceSpans\": 7}", "application/json", []),
      (String(repeating: "[", count: 1_000_000), "application/json", []),
      (String(repeating: "{\"a\":", count: 100_000), "application/json", []),
      ("{}", "application/json", ["Content-Encoding: zstd"]),
    ] {
      let reply = try await collector.http.post(Array(body.utf8), contentType: type, headers: headers)
      #expect(reply.status == 400, "\(body.prefix(20))")
      #expect(reply.headers["content-type"] == type, "\(body.prefix(20))")
      if type == "application/json" {
        let status = try JSONValue(parsing: Data(reply.body))
        #expect(status["code"].int == 3 && status["message"].string?.isEmpty == false, "\(body.prefix(20)): \(status)")
      }
    }
    try await expectHealthy(collector)
  }

  /// The collector still takes spans and answers for them, and has not grown.
  private func expectHealthy(_ collector: RunningCollector) async throws {
    let span = MadeUpSpan(service: "after", traceID: MadeUpSpan.traceID(0xAF7E), spanID: MadeUpSpan.spanID(0xAF7E))
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    #expect(try await collector.trace(span.traceID).spans.count == 1)
    let memory = try collector.program.peakMemory()
    #expect(memory < Self.memoryMax, "\(memory >> 20) MiB")
  }
}
