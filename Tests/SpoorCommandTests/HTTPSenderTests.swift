import NIOCore
import NIOPosix
import OTLPCodec
import Testing

@testable import SpoorCommand

@Suite struct HTTPSenderTests {
  private let pauses = PausesRecorded()

  private func sender(to server: ScriptedServer) -> HTTPSender {
    HTTPSender(to: server.authority, group: MultiThreadedEventLoopGroup.singleton, retries: pauses.policy())
  }

  @Test func `a request is posted as protobuf to v1 traces`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")]) { server async throws in
      #expect(try await sender(to: server).send([1, 2, 3]) == .accepted)
      let request = String(decoding: server.requests[0], as: UTF8.self)
      #expect(request.hasPrefix("POST /v1/traces HTTP/1.1\r\n"))
      #expect(request.contains("Content-Type: application/x-protobuf\r\n"))
      #expect(server.requests[0].suffix(3) == [1, 2, 3])
    }
  }

  @Test(arguments: [("gzip", [0x1F, 0x8B]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD])] as [(String, [UInt8])])
  func `a request is compressed as wanted, each time it is sent`(name: String, magic: [UInt8]) async throws {
    let replies: [ScriptedServer.Reply] = [.http("503 Service Unavailable"), .http("200 OK")]
    try await ScriptedServer.run(.http, replies) { server async throws in
      let sender = HTTPSender(
        to: server.authority, group: MultiThreadedEventLoopGroup.singleton, retries: pauses.policy(),
        compression: try #require(.init(argument: name)))
      #expect(try await sender.send([UInt8](repeating: 1, count: 10_000)) == .accepted)
      #expect(server.requests.count == 2)
      for request in server.requests {
        let end = try #require(request.firstRange(of: Array("\r\n\r\n".utf8))).upperBound
        #expect(String(decoding: request[..<end], as: UTF8.self).contains("Content-Encoding: \(name)\r\n"))
        #expect(request[end...].starts(with: magic))
        #expect(request[end...].count < 1000)
      }
    }
  }

  @Test(arguments: ["tcp://127.0.0.1:4319", "udp://127.0.0.1:4319"])
  func `compression is refused where it cannot be said`(destination: String) throws {
    #expect(throws: (any Error).self) {
      try SendCommand.parse(["--to", destination, "--compression", "gzip"])
    }
    #expect(throws: Never.self) { try SendCommand.parse(["--to", destination, "--compression", "none"]) }
  }

  @Test func `an empty request is sent too`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")]) { server async throws in
      #expect(try await sender(to: server).send([]) == .accepted)
    }
  }

  @Test func `rejected spans are told with the reason`() async throws {
    let body = ExportResponse.encode(rejectedSpans: 3, message: "bad IDs")
    try await ScriptedServer.run(.http, [.http("200 OK", body: body)]) { server async throws in
      #expect(try await sender(to: server).send([1]) == .partlyRejected(spans: 3, reason: "bad IDs"))
    }
  }

  @Test(arguments: [(400, "400 Bad Request"), (413, "413 Content Too Large"), (500, "500 Internal Server Error")])
  func `a refusal is told with the words of its Status, and not tried again`(status: Int, line: String) async throws {
    let reply = ScriptedServer.Reply.http(
      line, headers: ["Content-Type: application/x-protobuf"], body: StatusMessage.encode(code: 3, message: "because"))
    try await ScriptedServer.run(.http, [reply]) { server async throws in
      await #expect(throws: SendingError.refused(server.authority, status: status, message: "because")) {
        try await sender(to: server).send([1])
      }
      #expect(server.requests.count == 1)
      #expect(pauses.lengths.isEmpty)
    }
  }

  @Test func `a refusal in plain text is told in one line`() async throws {
    try await ScriptedServer.run(.http, [.http("403 Forbidden", body: Array("go\naway".utf8))]) { server async throws in
      await #expect(throws: SendingError.refused(server.authority, status: 403, message: "go away")) {
        try await sender(to: server).send([1])
      }
    }
  }

  @Test(arguments: ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
  func `a busy server is asked again after the pause that it wants`(line: String) async throws {
    try await ScriptedServer.run(.http, [.http(line, headers: ["Retry-After: 2"]), .http("200 OK")]) {
      server async throws in
      #expect(try await sender(to: server).send([1]) == .accepted)
      #expect(server.requests.count == 2)
      #expect(pauses.lengths == [.seconds(2)])
    }
  }

  @Test(arguments: ["Fri, 21 Nov 2026 07:28:00 GMT", "-1", "9999999999999999999", "soon"])
  func `a Retry-After that counts no seconds leaves the sender's own pause`(value: String) async throws {
    let busy = ScriptedServer.Reply.http("503 Service Unavailable", headers: ["Retry-After: \(value)"])
    try await ScriptedServer.run(.http, [busy, .http("200 OK")]) { server async throws in
      #expect(try await sender(to: server).send([1]) == .accepted)
      #expect(pauses.lengths == [.milliseconds(100)])
    }
  }

  @Test func `a server that stays busy is given up`() async throws {
    try await ScriptedServer.run(.http, [.http("503 Service Unavailable")]) { server async throws in
      await #expect(
        throws: SendingError.busy(server.authority, status: 503, message: "Service Unavailable", retryAfter: nil)
      ) {
        try await sender(to: server).send([1])
      }
      #expect(server.requests.count == 5)
    }
  }

  @Test func `a connection lost before the answer is made anew`() async throws {
    try await ScriptedServer.run(.http, [.bytesThenClose([]), .http("200 OK")]) { server async throws in
      #expect(try await sender(to: server).send([1]) == .accepted)
    }
  }

  @Test func `an answer that is not OTLP is told as such`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK", body: Array("<html>".utf8))]) { server async throws in
      await #expect {
        try await sender(to: server).send([1])
      } throws: { error in
        if case .malformedAnswer = error as? SendingError { true } else { false }
      }
    }
  }
}
