import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import SpoorCommand

@Suite struct HTTPClientTests {
  private let client = HTTPClient(group: MultiThreadedEventLoopGroup.singleton, bodyByteCountMax: 1000)

  private func get(
    _ server: ScriptedServer, timeout: TimeAmount = .seconds(10)
  ) async throws -> HTTPAnswer {
    try await client.request(method: .GET, url: "http://\(server.authority)/path?query", timeout: timeout)
  }

  @Test func `an answer comes with its status, headers and body`() async throws {
    let reply = ScriptedServer.Reply.http("404 Not Found", headers: ["X-Why: gone"], body: [1, 2, 3])
    try await ScriptedServer.run(.http, [reply]) { server async throws in
      let answer = try await get(server)
      #expect(answer.status == .notFound)
      #expect(answer.headers.first(name: "x-why") == "gone")
      #expect(answer.body == [1, 2, 3])
    }
  }

  @Test func `a request carries its target, headers and body`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")]) { server async throws in
      _ = try await client.request(
        method: .POST, url: "http://\(server.authority)/a?b=c", headers: [("X-One", "1")],
        body: ByteBuffer(string: "body"))
      let request = String(decoding: server.requests[0], as: UTF8.self)
      #expect(request.hasPrefix("POST /a?b=c HTTP/1.1\r\n"))
      #expect(request.contains("X-One: 1\r\n"))
      #expect(request.contains("Host: \(server.authority)\r\n"))
      #expect(request.contains("Content-Length: 4\r\n"))
      #expect(request.hasSuffix("\r\n\r\nbody"))
    }
  }

  @Test func `a chunked answer is put together`() async throws {
    let reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    try await ScriptedServer.run(.http, [.text(reply)]) { server async throws in
      #expect(try await get(server).body == Array("abc".utf8))
    }
  }

  @Test func `an answer without a length goes to the end of the connection`() async throws {
    try await ScriptedServer.run(.http, [.bytesThenClose(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8))]) {
      server async throws in
      #expect(try await get(server).body == Array("abc".utf8))
    }
  }

  @Test func `requests share a connection`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")]) { server async throws in
      for _ in 0..<5 { _ = try await get(server) }
      #expect(server.requests.count == 5)
      #expect(server.connections == 1)
    }
  }

  @Test func `requests at the same time do not share a connection`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")]) { server async throws in
      await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<20 {
          group.addTask { [self] in
            do { return Int(try await get(server).status.code) } catch { return nil }
          }
        }
        for await status in group { #expect(status == 200) }
      }
    }
  }

  @Test func `a connection that the server closes is not used again`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK", headers: ["Connection: close"])]) { server async throws in
      for _ in 0..<3 { #expect(try await get(server).status == .ok) }
      #expect(server.connections == 3)
    }
  }

  @Test func `nobody listening is told as such`() async throws {
    let peer = Authority(host: "127.0.0.1", port: try await ScriptedServer.freePort())
    await #expect(throws: SendingError.connectionRefused(peer)) {
      try await client.request(method: .GET, url: "http://\(peer)/")
    }
  }

  @Test func `a server that says nothing is given up`() async throws {
    try await ScriptedServer.run(.http, [.silence]) { server async throws in
      await #expect(throws: SendingError.timedOut(server.authority, after: .milliseconds(20))) {
        try await get(server, timeout: .milliseconds(20))
      }
    }
  }

  @Test func `a server that says half of it is given up`() async throws {
    try await ScriptedServer.run(.http, [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")]) {
      server async throws in
      await #expect(throws: SendingError.timedOut(server.authority, after: .milliseconds(20))) {
        try await get(server, timeout: .milliseconds(20))
      }
    }
  }

  @Test(arguments: [
    ("", false), ("HTTP/1.1 200 OK\r\nContent-Le", false), ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true),
  ])
  func `a connection that ends too early is told as such`(part: String, duringAnswer: Bool) async throws {
    try await ScriptedServer.run(.http, [.bytesThenClose(Array(part.utf8))]) { server async throws in
      await #expect {
        try await get(server)
      } throws: { error in
        if case .connectionClosed(server.authority, _) = error as? SendingError { true } else { false }
      }
    }
  }

  @Test func `an answer longer than the limit is refused`() async throws {
    let limit = [UInt8](repeating: 7, count: 1000)
    try await ScriptedServer.run(.http, [.http("200 OK", body: limit), .http("200 OK", body: limit + [7])]) {
      server async throws in
      #expect(try await get(server).body == limit)
      await #expect(throws: SendingError.answerTooLarge(server.authority, limit: 1000)) { try await get(server) }
    }
  }

  @Test func `what is not HTTP is told as such`() async throws {
    try await ScriptedServer.run(.http, [.text("220 mail.example ESMTP\r\n")]) { server async throws in
      await #expect(throws: SendingError.malformedAnswer(server.authority, reason: "its answer is not HTTP")) {
        try await get(server)
      }
    }
  }

  @Test func `a connection that failed does not spoil the next request`() async throws {
    try await ScriptedServer.run(.http, [.bytesThenClose([]), .http("200 OK")]) { server async throws in
      await #expect(throws: SendingError.self) { try await get(server) }
      #expect(try await get(server).status == .ok)
    }
  }
}
