import NIOCore
import NIOPosix
import OTLPCodec
import Testing

@testable import SpoorCommand

@Suite struct TCPSenderTests {
  private let pauses = PausesRecorded()

  private func sender(to server: ScriptedServer, timeout: TimeAmount = .seconds(10)) -> TCPSender {
    TCPSender(
      to: server.authority, group: MultiThreadedEventLoopGroup.singleton, retries: pauses.policy(), timeout: timeout)
  }

  @Test func `requests go as frames through one connection`() async throws {
    try await ScriptedServer.run(.frames, [.frame([])]) { server async throws in
      let sender = sender(to: server)
      for request: [UInt8] in [[1, 2, 3], [], [4]] { #expect(try await sender.send(request) == .accepted) }
      #expect(server.requests == [framed([1, 2, 3]), framed([]), framed([4])])
      #expect(server.connections == 1)
      await sender.close()
    }
  }

  @Test func `each request gets the answer in its turn`() async throws {
    let replies = (1...20).map { number in
      ScriptedServer.Reply.frame(ExportResponse.encode(rejectedSpans: number, message: "r"))
    }
    try await ScriptedServer.run(.frames, replies) { server async throws in
      let sender = sender(to: server)
      _ = try await sender.send([0])
      let answers = await withTaskGroup(of: (UInt8, SendingResult?).self) { group in
        for number in UInt8(1)...19 {
          group.addTask {
            do { return (number, try await sender.send([number])) } catch { return (number, nil) }
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for (position, request) in server.requests.enumerated().dropFirst() {
        #expect(answers[request[4]] == .partlyRejected(spans: position + 1, reason: "r"))
      }
      #expect(server.connections == 1)
    }
  }

  @Test func `an answer may come in pieces`() async throws {
    let response = ExportResponse.encode(rejectedSpans: 1, message: String(repeating: "long ", count: 10_000))
    try await ScriptedServer.run(.frames, [.frame(response)]) { server async throws in
      #expect(
        try await sender(to: server).send([1])
          == .partlyRejected(spans: 1, reason: String(repeating: "long ", count: 10_000)))
    }
  }

  @Test func `an error frame is told with its words, and not tried again`() async throws {
    let reply = ScriptedServer.Reply.bytesThenClose(
      framed(ExportResponse.encode(rejectedSpans: 0, message: "malformed at byte 0")))
    try await ScriptedServer.run(.frames, [reply]) { server async throws in
      await #expect(throws: SendingError.frameRefused(server.authority, message: "malformed at byte 0")) {
        try await sender(to: server).send([1])
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a connection that was lost is made anew`() async throws {
    try await ScriptedServer.run(.frames, [.bytesThenClose([]), .bytesThenClose(framed([])), .frame([])]) {
      server async throws in
      let sender = sender(to: server)
      for _ in 0..<3 { #expect(try await sender.send([1]) == .accepted) }
    }
  }

  @Test func `a connection that ends in the middle of every answer is given up`() async throws {
    try await ScriptedServer.run(.frames, [.bytesThenClose([0, 0, 0, 9, 1])]) { server async throws in
      await #expect(throws: SendingError.connectionClosed(server.authority, duringAnswer: false)) {
        try await sender(to: server).send([1])
      }
      #expect(server.requests.count == 5)
    }
  }

  @Test func `a server that says nothing is given up`() async throws {
    try await ScriptedServer.run(.frames, [.silence]) { server async throws in
      await #expect(throws: SendingError.timedOut(server.authority, after: .milliseconds(20))) {
        try await sender(to: server, timeout: .milliseconds(20)).send([1])
      }
    }
  }

  @Test(arguments: [Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), framed([0xFF, 0xFF])])
  func `what is no answer of a collector is told as such`(reply: [UInt8]) async throws {
    try await ScriptedServer.run(.frames, [.bytes(reply)]) { server async throws in
      await #expect {
        try await sender(to: server).send([1])
      } throws: { error in
        if case .malformedAnswer = error as? SendingError { true } else { false }
      }
    }
  }

  @Test func `nobody listening is told after the last attempt`() async throws {
    let peer = Authority(host: "127.0.0.1", port: try await ScriptedServer.freePort())
    let sender = TCPSender(to: peer, group: MultiThreadedEventLoopGroup.singleton, retries: pauses.policy())
    await #expect(throws: SendingError.connectionRefused(peer)) { try await sender.send([1]) }
    #expect(pauses.lengths.count == 4)
  }
}
