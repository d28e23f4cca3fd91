import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import NIOSSL
import Synchronization
import Testing
import TraceModel

@testable import Receivers

/// Tokens and certificates that change under open connections, and deadlines, on clocks that the tests turn.
@Suite(.timeLimit(.minutes(1))) struct SecurityConnectionTests {
  private let folder: SecurityFolder
  private let sink = RecordingSink()
  private let clock = Clock()

  init() async throws {
    folder = try await SecurityFolder()
  }

  private final class Clock: Sendable {
    private let state = Mutex(NIODeadline.uptimeNanoseconds(0))

    @Sendable func now() -> NIODeadline { state.withLock { $0 } }

    func advance(_ amount: TimeAmount) { state.withLock { $0 = $0 + amount } }
  }

  private let notices = Notices()

  private final class Notices: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    @Sendable func add(_ line: String) { state.withLock { $0.append(line) } }
  }

  /// An HTTP listener whose files are looked at on the test's clock.
  private func withListener(
    _ security: ListenerSecurity, _ body: (ListenAddress) async throws -> Void
  ) async throws {
    let gatekeeper = try Gatekeeper(security, for: .http, now: clock.now, onNotice: notices.add)
    let listener = try await StreamListener.start(
      .http, on: .anywhere, sink: sink, limits: ReceiverLimits(), gatekeeper: gatekeeper,
      group: MultiThreadedEventLoopGroup.singleton
    ) { [sink] connection in
      try HTTPReceiver.configure(
        connection.pipeline.syncOperations, sink: sink, limits: ReceiverLimits(), budget: sink.budget,
        gatekeeper: gatekeeper)
    }
    do { try await body(listener.boundAddress) } catch { Issue.record(error) }
    await listener.stop()
  }

  private func post(_ body: String, authorization: String? = nil) -> String {
    "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n"
      + (authorization.map { "Authorization: \($0)\r\n" } ?? "") + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(arguments: [
    (nil, "Bearer"), ("Bearer wrong", #"Bearer error="invalid_token""#),
    ("Basic b25l", #"Bearer error="invalid_token""#),
  ])
  func `a request without a good token is answered 401 at its head`(authorization: String?, challenge: String)
    async throws
  {
    try await withListener(ListenerSecurity(tokenFile: folder.file("tokens", "one\ntwo\n"))) { address in
      let client = try await LoopbackClient(to: address)
      // The body never comes, and is not waited for.
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n"
          + (authorization.map { "Authorization: \($0)\r\n" } ?? "") + "Content-Length: 1000000\r\n\r\n")
      let response = try await client.readResponse()
      #expect(response.status == 401)
      #expect(response.headers["www-authenticate"] == challenge)
      #expect(response.body == "unauthorized")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.unauthorized(hasToken: authorization != nil)])
    #expect(sink.payloads.isEmpty)
  }

  @Test func `a token opens until it is taken out of the file, on connections that are open too`() async throws {
    let file = try folder.file("tokens", "one\ntwo\n")
    try await withListener(ListenerSecurity(tokenFile: file)) { address in
      let (first, second) = (try await LoopbackClient(to: address), try await LoopbackClient(to: address))
      try await first.send(post("a", authorization: "Bearer one"))
      #expect(try await first.readResponse().status == 200)
      _ = try folder.file("tokens", "two\nthree\n")
      try await first.send(post("b", authorization: "Bearer one"))
      #expect(try await first.readResponse().status == 200)
      clock.advance(.seconds(1))
      try await second.send(post("c", authorization: "bearer three"))
      #expect(try await second.readResponse().status == 200)
      try await first.send(post("d", authorization: "Bearer one"))
      #expect(try await first.readResponse().status == 401)
    }
    #expect(notices.lines == ["otlp-http: \(file) changed and is in force"])
    #expect(sink.payloads.map(\.first) == [97, 98, 99])
  }

  @Test func `a new certificate is shown to who connects after it came, and open connections go on`() async throws {
    try await withListener(ListenerSecurity(tls: folder.tls())) { address in
      let before = try await LoopbackClient(to: address, tls: folder.client())
      try await before.send(post("a"))
      #expect(try await before.readResponse().status == 200)
      let other = try await SecurityFolder()
      for (from, to) in [
        (other.collector.certificateFile, folder.collector.certificateFile),
        (other.collector.keyFile, folder.collector.keyFile),
      ] { try replace(to, with: from) }
      clock.advance(.seconds(1))
      let after = try await LoopbackClient(to: address, tls: other.client())
      try await after.send(post("b"))
      #expect(try await after.readResponse().status == 200)
      try await before.send(post("c"))
      #expect(try await before.readResponse().status == 200)
    }
    #expect(sink.payloads.count == 3)
    #expect(sink.refusals.isEmpty)
    #expect(
      notices.lines == [
        "otlp-http: \(folder.collector.certificateFile), \(folder.collector.keyFile) changed and is in force"
      ])
  }

  @Test func `half a swap keeps what was in force, and says so once`() async throws {
    try await withListener(ListenerSecurity(tls: folder.tls())) { address in
      try replace(folder.collector.certificateFile, with: folder.sender.certificateFile)
      for body in ["a", "b", "c"] {
        clock.advance(.seconds(1))
        let client = try await LoopbackClient(to: address, tls: folder.client())
        try await client.send(post(body))
        #expect(try await client.readResponse().status == 200)
      }
      #expect(notices.lines.count == 1)
      #expect(notices.lines[0].hasSuffix("; what was read before stays in force"))
      try replace(folder.collector.keyFile, with: folder.sender.keyFile)
      clock.advance(.seconds(1))
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send(post("d"))
      #expect(try await client.readResponse().status == 200)
      #expect(notices.lines.count == 2)
    }
    #expect(sink.payloads.count == 4)
  }

  private func replace(_ file: String, with other: String) throws {
    try Data(contentsOf: URL(fileURLWithPath: other)).write(to: URL(fileURLWithPath: file))
  }

  // MARK: - Deadlines

  @Test func `a handshake that drips is cut at the header's deadline, counted from the beginning`() throws {
    let loop = EmbeddedEventLoop()
    let channel = EmbeddedChannel(loop: loop)
    let gatekeeper = try Gatekeeper(ListenerSecurity(tls: folder.tls()), for: .tcp)
    try gatekeeper.guardConnection(
      channel.pipeline.syncOperations, transport: .tcp, sink: sink, limits: ReceiverLimits())
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    // The first bytes of a handshake record of 512 bytes.
    for byte in [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc] as [UInt8] {
      loop.advanceTime(by: .seconds(1))
      try channel.writeInbound(ByteBuffer(bytes: [byte]))
    }
    #expect(channel.isActive)
    #expect(sink.refusals.isEmpty)
    loop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals == [.tlsHandshakeFailed("it took too long")])
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test func `who says nothing is let go at the same deadline, and not counted`() throws {
    let loop = EmbeddedEventLoop()
    let channel = EmbeddedChannel(loop: loop)
    let gatekeeper = try Gatekeeper(ListenerSecurity(tls: folder.tls()), for: .tcp)
    try gatekeeper.guardConnection(
      channel.pipeline.syncOperations, transport: .tcp, sink: sink, limits: ReceiverLimits())
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    loop.advanceTime(by: .milliseconds(9_999))
    #expect(channel.isActive)
    loop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals.isEmpty)
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }
}
