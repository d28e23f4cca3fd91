import Testing
import TraceModel

@testable import Receivers

/// What a body may be: its encoding, its compression, its length.
@Suite struct HTTPContentTests {
  private func post(
    _ body: [UInt8], type: String? = "application/x-protobuf", _ headers: String..., isChunked: Bool = false
  ) -> [UInt8] {
    let head =
      "POST /v1/traces HTTP/1.1\r\nHost: spoor\r\n" + (type.map { "Content-Type: \($0)\r\n" } ?? "")
      + headers.map { $0 + "\r\n" }.joined()
    if !isChunked { return Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body }
    var bytes = Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
    for start in stride(from: 0, to: body.count, by: 100) {
      let chunk = body[start..<min(start + 100, body.count)]
      bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
    }
    return bytes + Array("0\r\n\r\n".utf8)
  }

  private func deflate(_ text: String, _ coding: ContentCoding) -> [UInt8] {
    Array(Deflater.ofThisThread.deflate(Array(text.utf8), to: coding).bytes.readableBytesView)
  }

  // MARK: - Protobuf and JSON

  @Test(
    arguments: [
      ("application/x-protobuf", .protobuf), ("application/protobuf", .protobuf), ("application/json", .json),
      ("Application/JSON; charset=UTF-8", .json), ("application/json;charset=utf-8", .json),
      ("application/x-protobuf ; v=1", .protobuf),
    ] as [(String, PayloadEncoding)])
  func `a body is what its type says, and its answer is of that type`(
    type: String, encoding: PayloadEncoding
  ) throws {
    for verdict in [Verdict.accepted, .malformed("no"), .overloaded] {
      let sink = RecordingSink(answering: verdict)
      let connection = try HTTPConversation(sink)
      try connection.send(post(Array("{}".utf8), type: type))
      #expect(try connection.answer().headers["content-type"] == encoding.mediaType)
      #expect(sink.encodings == [encoding])
    }
  }

  @Test(
    arguments: [
      // A known type says how to answer, whatever else is wrong; else it is what the sender accepts.
      ("POST /nothing HTTP/1.1\r\nContent-Type: application/json\r\n", .json),
      ("POST /nothing HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nAccept: application/json\r\n", .protobuf),
      ("PUT /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\n", .json),
      ("POST /v1/traces HTTP/1.1\r\nContent-Type: text/html\r\nAccept: text/html, application/json\r\n", .json),
      ("POST /v1/traces HTTP/1.1\r\nContent-Type: text/html\r\nAccept: */*\r\n", .protobuf),
      ("GET / HTTP/1.1\r\n", .protobuf),
      ("POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n", .json),
    ] as [(String, PayloadEncoding)])
  func `a refusal is answered in the sender's encoding`(head: String, encoding: PayloadEncoding) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    try connection.send(head + "\r\n")
    let answer = try connection.answer()
    #expect(answer.status >= 400)
    #expect(answer.headers["content-type"] == encoding.mediaType)
    #expect(sink.encodings == [encoding])
  }

  // MARK: - Compression

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate, .identity], [false, true])
  func `compressed bodies reach the sink as they were`(coding: ContentCoding, isChunked: Bool) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    let text = String(repeating: "a span of a service, ", count: 5000)
    for _ in 0..<2 {
      let body = coding == .identity ? Array(text.utf8) : deflate(text, coding)
      try connection.send(post(body, "Content-Encoding: \(coding.rawValue)", isChunked: isChunked))
      #expect(try connection.answer().status == 200)
    }
    #expect(sink.payloads == [Array(text.utf8), Array(text.utf8)])
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test(arguments: [
    "br", "gzip, gzip", "gzip, deflate", "gzip\r\nContent-Encoding: zstd", "compress", "gzip;q=1", "snappy",
  ])
  func `another coding is refused, and the connection kept`(coding: String) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    try connection.send(post(Array("spans".utf8), "Content-Encoding: \(coding)"))
    #expect(try connection.answer().status == 415)
    #expect(sink.refusals == [.unsupportedEncoding(coding.replacing("\r\nContent-Encoding:", with: ","))])
    try connection.send(post([]))
    #expect(try connection.answer().status == 200)
  }

  @Test(arguments: ["identity, gzip", "gzip, identity", "GZIP", "x-gzip", "gzip\r\nContent-Encoding: identity"])
  func `codings are read as HTTP says`(coding: String) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    try connection.send(post(deflate("spans", .gzip), "Content-Encoding: \(coding)"))
    #expect(try connection.answer().status == 200)
    #expect(sink.payloads == [Array("spans".utf8)])
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `what cannot be inflated is answered 400, and the connection kept`(coding: ContentCoding) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    for body in [Array("spans".utf8), deflate("spans", coding).dropLast(), deflate("spans", coding) + [0]] {
      try connection.send(post(Array(body), "Content-Encoding: \(coding.rawValue)"))
      #expect(try connection.answer().status == 400)
    }
    #expect(sink.refusals == [Refusal](repeating: .malformedCompression(coding), count: 3))
    try connection.send(post(deflate("spans", coding), "Content-Encoding: \(coding.rawValue)"))
    #expect(try connection.answer().status == 200)
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `the limit holds for what comes out`(coding: ContentCoding) throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 1000
    let connection = try HTTPConversation(sink, limits: limits)
    for (count, status) in [(1000, 200), (1001, 413), (500_000, 413)] {
      let body = deflate(String(repeating: "0", count: count), coding)
      #expect(body.count < 1000)
      try connection.send(post(body, "Content-Encoding: \(coding.rawValue)"))
      let answer = try connection.answer()
      #expect(answer.status == status)
      // All of it was read, so the next request is welcome.
      #expect(answer.headers["connection"] == nil)
    }
    #expect(sink.refusals == [.bodyTooLarge(limit: 1000), .bodyTooLarge(limit: 1000)])
  }

  @Test func `a body that finds no memory to be inflated in is put off`() throws {
    let sink = RecordingSink(budget: ByteBudget(limit: 1_000_000))
    #expect(sink.budget.take(400_000))
    let connection = try HTTPConversation(sink)
    try connection.send(post(deflate(String(repeating: "0", count: 200_000), .gzip), "Content-Encoding: gzip"))
    let answer = try connection.answer()
    #expect(answer.status == 503)
    #expect(answer.headers["retry-after"] == "1")
    #expect(sink.refusals == [.receiveMemoryFull(limit: 500_000)])
    #expect(sink.budget.usedByteCount == 400_000)
  }

  // MARK: - Chunks

  @Test func `chunks count towards the limit, and so does what is wrapped around them`() throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 1000
    limits.headerByteCountMax = 1000
    let connection = try HTTPConversation(sink, limits: limits)
    try connection.send(post([UInt8](repeating: 1, count: 1000), isChunked: true))
    #expect(try connection.answer().status == 200)
    try connection.send(
      "POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    for _ in 0..<31 { try connection.send(String(repeating: "x", count: 100)) }
    let answer = try connection.answer()
    #expect(answer.status == 413)
    #expect(answer.headers["connection"] == "close")
    #expect(sink.refusals == [.bodyTooLarge(limit: 1000)])
  }

  @Test func `the target may be the whole URL`() throws {
    let connection = try HTTPConversation(RecordingSink())
    for target in ["http://spoor:4318/v1/traces", "HTTPS://[::1]/v1/traces?a=b", "/v1/traces?"] {
      try connection.send("POST \(target) HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n")
      #expect(try connection.answer().status == 200)
    }
  }
}
