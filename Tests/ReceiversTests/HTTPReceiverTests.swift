import NIOCore
import NIOPosix
import Receivers
import Synchronization
import Testing
import TraceModel

@Suite(.timeLimit(.minutes(1))) struct HTTPReceiverTests {
  /// Starts a receiver and a client, and stops the receiver after `body`.
  private func withClient(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(),
    _ body: (LoopbackClient, HTTPReceiver) async throws -> Void
  ) async throws {
    let receiver = try await HTTPReceiver.start(
      .anywhere, sink: sink, limits: limits, group: MultiThreadedEventLoopGroup.singleton)
    let client = try await LoopbackClient(to: receiver.boundAddress)
    do {
      try await body(client, receiver)
    } catch {
      Issue.record(error)
    }
    await receiver.stop()
  }

  private func post(_ body: String = "spans", _ headers: String = "", path: String = "/v1/traces") -> String {
    "POST \(path) HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n\(headers)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(
    arguments: [
      (Verdict.accepted, 200, nil), (.partlyRejected(spans: 1, reason: "no ID"), 200, nil),
      (.malformed("no"), 400, nil),
      (.overloaded, 503, "1"), (.unavailable("disk"), 503, "5"),
    ] as [(Verdict, Int, String?)])
  func `a verdict becomes its status, with the sink's body`(
    verdict: Verdict, status: Int, retryAfter: String?
  ) async throws {
    let sink = RecordingSink(answering: verdict)
    try await withClient(sink) { client, _ in
      try await client.send(post())
      let response = try await client.readResponse()
      #expect(response.status == status)
      #expect(response.body == "5:115")
      #expect(response.headers["content-type"] == "application/x-protobuf")
      #expect(response.headers["retry-after"] == retryAfter)
      // The connection is kept, whatever the verdict.
      try await client.send(post("x"))
      #expect(try await client.readResponse().body == "1:120")
    }
    #expect(sink.payloads == [Array("spans".utf8), Array("x".utf8)])
    #expect(sink.refusals.isEmpty)
  }

  @Test(arguments: [
    ("POST /v1/metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nxx", 404, Refusal.notFound(path: "/v1/metrics")),
    ("POST /v1/traces/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404, .notFound(path: "/v1/traces/")),
    ("GET /v1/traces HTTP/1.1\r\n\r\n", 405, .methodNotAllowed("GET")),
    ("POST /v1/traces HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 415, .unsupportedMediaType("")),
    (
      "POST /v1/traces HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415,
      .unsupportedMediaType("text/plain")
    ),
    (
      "POST /v1/traces HTTP/1.1\r\nContent-Type: application/grpc\r\nContent-Length: 2\r\n\r\n{}", 415,
      .unsupportedMediaType("application/grpc")
    ),
    ("GET / HTTP/1.1\r\n\r\n", 404, .notFound(path: "/")),
    ("POST http://spoor:4318/v1/logs?x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404, .notFound(path: "/v1/logs")),
    ("OPTIONS * HTTP/1.1\r\n\r\n", 404, .notFound(path: "*")),
    ("OPTIONS /v1/traces HTTP/1.1\r\nOrigin: http://a\r\n\r\n", 405, .methodNotAllowed("OPTIONS")),
  ])
  func `a request that is not ours is refused and the connection kept`(
    request: String, status: Int, refusal: Refusal
  ) async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send(request)
      let response = try await client.readResponse()
      #expect(response.status == status)
      #expect(response.body == refusal.reason)
      #expect(response.headers["allow"] == (status == 405 ? "POST" : nil))
      #expect(response.headers["connection"] == nil)
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
    }
    #expect(sink.refusals == [refusal])
  }

  @Test func `HEAD is answered without a body`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send("HEAD /v1/traces HTTP/1.1\r\n\r\n")
      #expect(try await client.readResponse(hasBody: false).status == 405)
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
    }
  }

  @Test(arguments: ["application/x-protobuf; charset=utf-8", "Application/X-Protobuf"])
  func `the media type is read as HTTP says`(type: String) async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(
        "POST /v1/traces?a=b HTTP/1.1\r\nContent-Type: \(type)\r\nContent-Encoding: identity\r\nContent-Length: 0\r\n\r\n"
      )
      #expect(try await client.readResponse().body == "0:0")
    }
  }

  @Test func `pipelined requests are answered in order, one at a time`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, _ in
      try await client.send(post("a") + post("bb") + "GET / HTTP/1.1\r\n\r\n" + post("cccc"))
      for (index, status) in [200, 200, 404, 200].enumerated() {
        if status == 200 {
          await sink.waitForArrivals(index + 1)
          #expect(sink.payloads.count == (index < 2 ? index + 1 : 3))
          sink.held[index < 2 ? index : 2](
            PayloadAnswer(verdict: .accepted, body: Array("answer \(index)".utf8)))
        }
        let response = try await client.readResponse()
        #expect(response.status == status)
        #expect(response.body == (status == 200 ? "answer \(index)" : "not_found"))
      }
    }
  }

  @Test func `thousands of pipelined refusals behind a slow answer do not use up the stack`() async throws {
    let sink = RecordingSink(answering: nil)
    let count = 5_000
    try await withClient(sink) { client, _ in
      try await client.send(post("a") + String(repeating: "GET / HTTP/1.1\r\n\r\n", count: count))
      await sink.waitForArrivals(1)
      sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
      #expect(try await client.readResponse().status == 200)
      let expected =
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9\r\n\r\nnot_found"
      let answers = try await client.read(count * expected.utf8.count)
      #expect(answers == Array(repeatElement(expected.utf8, count: count).joined()))
    }
    #expect(sink.refusals.count == count)
  }

  @Test func `a chunked body arrives whole`() async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send("POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n")
      try await client.send("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
      try await client.send("4;x=y\r\ndefg\r\n0\r\n\r\n")
      #expect(try await client.readResponse().body == "7:97")
    }
    #expect(sink.payloads == [Array("abcdefg".utf8)])
  }

  @Test func `a large body in many parts arrives whole`() async throws {
    let sink = RecordingSink()
    let body = String(repeating: "0123456789abcdef", count: 100_000)
    try await withClient(sink) { client, _ in
      try await client.send(post(body))
      #expect(try await client.readResponse().status == 200)
    }
    #expect(sink.payloads == [Array(body.utf8)])
  }

  @Test func `large bodies are taken one behind another, and one that goes wrong closes nothing`() async throws {
    let sink = RecordingSink()
    let text = [UInt8](repeating: 7, count: 3_000_000)
    var state: UInt64 = 1
    let noise = (0..<400_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt8(state >> 56)
    }
    var limits = ReceiverLimits()
    limits.inlineByteCountMax = 1000
    try await withClient(sink, limits: limits) { client, _ in
      for (body, status) in [(text, 200), (noise, 200), (text, 200)] {
        let packed = Array(Deflater.ofThisThread.deflate(body, to: .gzip).bytes.readableBytesView)
        try await client.send(
          post("", "Content-Encoding: gzip\r\n").replacing("Content-Length: 0", with: "Content-Length: \(packed.count)")
        )
        try await client.send(packed)
        #expect(try await client.readResponse().status == status)
      }
      try await client.send(
        post("", "Content-Encoding: gzip\r\n").replacing("Content-Length: 0", with: "Content-Length: \(noise.count)"))
      try await client.send(noise)
      #expect(try await client.readResponse().status == 400)
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
    }
    #expect(sink.payloads == [text, noise, text, Array("spans".utf8)])
    #expect(sink.refusals == [.malformedCompression(.gzip)])
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `a Content-Length past the limit is refused before the body comes`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 10
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 11\r\n\r\n")
      let response = try await client.readResponse()
      #expect(response.status == 413)
      #expect(response.body == "body_too_large")
      #expect(response.headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.bodyTooLarge(limit: 10)])
    #expect(sink.payloads.isEmpty)
  }

  @Test func `a body at the limit is taken`() async throws {
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 5
    try await withClient(RecordingSink(), limits: limits) { client, _ in
      try await client.send(post("12345"))
      #expect(try await client.readResponse().status == 200)
    }
  }

  @Test func `a chunked body that passes the limit is refused`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 1_000_000
    limits.lingerDeadline = .minutes(1)
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "20000\r\n" + String(repeating: "x", count: 0x20000) + "\r\n"
      for _ in 0..<8 { try await client.send(chunk) }
      let response = try await client.readResponse()
      #expect(response.status == 413)
      // What follows the refusal is read and thrown away, so that no reset can take the answer back.
      for _ in 0..<20 { try await client.send(chunk) }
      try await client.finishSending()
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.bodyTooLarge(limit: 1_000_000)])
  }

  @Test func `half-received bodies that hold too much together are put off`() async throws {
    let sink = RecordingSink(budget: ByteBudget(limit: 8192))
    try await withClient(sink) { client, receiver in
      let head = "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 4000\r\n\r\n"
      try await client.send(head + "x")
      let other = try await LoopbackClient(to: receiver.boundAddress)
      try await other.send(head + "x")
      // Either may have come first; one is put off, and the other is taken when it is whole.
      await sink.waitForArrivals(1)
      try await client.send(String(repeating: "x", count: 3999))
      try await other.send(String(repeating: "x", count: 3999))
      let statuses = [try await client.readResponse().status, try await other.readResponse().status]
      #expect(statuses.sorted() == [200, 503])
      // What they held is free again.
      let third = try await LoopbackClient(to: receiver.boundAddress)
      try await third.send(head + "x")
      try await third.send(String(repeating: "x", count: 3999))
      #expect(try await third.readResponse().status == 200)
    }
    #expect(sink.refusals == [.receiveMemoryFull(limit: 4096)])
  }

  @Test func `Expect 100-continue is answered before the body`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nExpect: 100-continue\r\n"
          + "Content-Length: 5\r\n\r\n")
      #expect(try await client.readResponse().status == 100)
      try await client.send("spans")
      #expect(try await client.readResponse().body == "5:115")
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
    }
  }

  @Test func `Expect 100-continue on a refused request is answered at once and closes`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
      )
      let response = try await client.readResponse()
      #expect(response.status == 415)
      #expect(response.headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test func `Connection close is honoured`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(post("a", "Connection: close\r\n"))
      let response = try await client.readResponse()
      #expect(response.status == 200)
      #expect(response.headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test func `HTTP 1.0 closes unless it asks to be kept`() async throws {
    let request = post("a").replacing("HTTP/1.1", with: "HTTP/1.0")
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(request.replacing("Host: spoor", with: "Connection: keep-alive"))
      #expect(try await client.readResponse().headers["connection"] == "keep-alive")
      try await client.send(request)
      #expect(try await client.readResponse().headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test func `an offer to upgrade is declined by an ordinary answer and a close`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send(
        post("a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"))
      let response = try await client.readResponse()
      #expect(response.status == 200)
      #expect(response.headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test(arguments: [
    "\u{0}\u{1}\u{2} garbage\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST /v1/traces HTTP/3.1\r\n\r\n",
    "POST /v1/traces HTTP/1.1\r\nContent-Length: minus one\r\n\r\n",
    "POST /v1/traces HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "POST /v1/traces HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ])
  func `what is not HTTP is answered 400 and closes`(garbage: String) async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.lingerDeadline = .minutes(1)
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send(garbage)
      // What comes after is not another request; it is read and thrown away, so that no reset takes the answer back.
      try await client.send(post())
      let response = try await client.readResponse()
      #expect(response.status == 400)
      #expect(response.body == "malformed_http")
      for _ in 0..<20 { try await client.send(String(repeating: "x", count: 100_000)) }
      try await client.finishSending()
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals.map(\.reason) == ["malformed_http"])
    #expect(sink.payloads.isEmpty)
  }

  @Test func `garbage behind a good request does not spoil its answer`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, _ in
      try await client.send(post("a") + "garbage\r\n\r\n")
      await sink.waitForArrivals(1)
      sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
      #expect(try await client.readResponse().status == 200)
      #expect(try await client.readResponse().status == 400)
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test(arguments: [
    request(header: "X: " + String(repeating: "x", count: 17_000)),
    request(header: (0..<10).map { "X\($0): " + String(repeating: "x", count: 8000) }.joined(separator: "\r\n")),
    request(header: (0..<200).map { "X\($0): y" }.joined(separator: "\r\n")),
    "POST /v1/traces?" + String(repeating: "x", count: 17_000) + " HTTP/1.1\r\n\r\n",
  ])
  func `a header past the limits is answered 400 and closes`(request: String) async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send(request)
      #expect(try await client.readResponse().status == 400)
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.headerTooLarge])
  }

  @Test func `a client that has finished sending still gets its answer`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, _ in
      try await client.send(post())
      try await client.finishSending()
      await sink.waitForArrivals(1)
      sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
      #expect(try await client.readResponse().status == 200)
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test(arguments: [
    "POST /v1/tr", "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9\r\n\r\nabc",
  ])
  func `a request cut off by the end of the stream is refused`(request: String) async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send(request)
      try await client.finishSending()
      #expect(try await client.readResponse().status == 400)
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.truncatedBody])
  }

  @Test func `an answer for a client that is gone goes nowhere, also the second time`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, receiver in
      try await client.send(post())
      await sink.waitForArrivals(1)
      try await client.close()
      sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
      sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
      let next = try await LoopbackClient(to: receiver.boundAddress)
      try await next.send(post("a") + post("b"))
      await sink.waitForArrivals(2)
      sink.held[1](PayloadAnswer(verdict: .accepted, body: [1]))
      #expect(try await next.readResponse().body == "\u{1}")
      await sink.waitForArrivals(3)
      // The next request on the connection is under way when the first one's second answer comes.
      sink.held[1](PayloadAnswer(verdict: .malformed("late"), body: [2]))
      sink.held[2](PayloadAnswer(verdict: .accepted, body: [3]))
      let response = try await next.readResponse()
      #expect(response.status == 200)
      #expect(response.body == "\u{3}")
    }
  }

  @Test func `connections past the limit are closed and counted`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.connectionsMax = 1
    try await withClient(sink, limits: limits) { client, receiver in
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
      let second = try await LoopbackClient(to: receiver.boundAddress)
      #expect(try await second.readToEnd().isEmpty)
      try await client.send(post())
      #expect(try await client.readResponse().status == 200)
    }
    #expect(sink.refusals == [.tooManyConnections(limit: 1)])
  }

  @Test func `stop lets a payload under way be answered and then closes`() async throws {
    let sink = RecordingSink(answering: nil)
    let receiver = try await HTTPReceiver.start(
      .anywhere, sink: sink, group: MultiThreadedEventLoopGroup.singleton)
    let (busy, idle) = (
      try await LoopbackClient(to: receiver.boundAddress), try await LoopbackClient(to: receiver.boundAddress)
    )
    try await idle.send("GET / HTTP/1.1\r\n\r\n")
    #expect(try await idle.readResponse().status == 404)
    try await busy.send(post())
    await sink.waitForArrivals(2)
    async let stopped: Void = receiver.stop()
    // The idle connection closes first, which says that the receiver is stopping.
    #expect(try await idle.readToEnd().isEmpty)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: Array("kept".utf8)))
    let response = try await busy.readResponse()
    #expect(response.body == "kept")
    #expect(response.headers["connection"] == "close")
    #expect(try await busy.readToEnd().isEmpty)
    await stopped
    await receiver.stop()
    await #expect(throws: (any Error).self) { _ = try await LoopbackClient(to: receiver.boundAddress) }
  }

  @Test func `stop does not wait for ever`() async throws {
    let sink = RecordingSink(answering: nil)
    var limits = ReceiverLimits()
    limits.stopGrace = .milliseconds(1)
    try await withClient(sink, limits: limits) { client, receiver in
      try await client.send(post())
      await sink.waitForArrivals(1)
      await receiver.stop()
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test func `an address in use is told apart`() async throws {
    try await withClient(RecordingSink()) { _, receiver in
      let address = receiver.boundAddress
      await #expect(throws: ReceiverError.addressInUse(address, .http)) {
        _ = try await HTTPReceiver.start(address, sink: RecordingSink(), group: MultiThreadedEventLoopGroup.singleton)
      }
    }
    await #expect(throws: ReceiverError.addressNotAvailable(ListenAddress(host: "192.0.2.1", port: 0), .http)) {
      _ = try await HTTPReceiver.start(
        ListenAddress(host: "192.0.2.1", port: 0), sink: RecordingSink(), group: MultiThreadedEventLoopGroup.singleton)
    }
  }

  @Test func `an empty host is every interface`() async throws {
    let receiver = try await HTTPReceiver.start(
      ListenAddress(host: "", port: 0), sink: RecordingSink(), group: MultiThreadedEventLoopGroup.singleton)
    let client = try await LoopbackClient(to: ListenAddress(host: "127.0.0.1", port: receiver.boundAddress.port))
    try await client.send(post())
    #expect(try await client.readResponse().status == 200)
    await receiver.stop()
  }
}

private func request(header: String) -> String {
  "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n\(header)\r\nContent-Length: 0\r\n\r\n"
}
