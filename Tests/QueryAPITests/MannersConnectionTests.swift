import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

@testable import QueryAPI

/// Connections of the API port over real sockets, with limits that are soon over.
@Suite(.timeLimit(.minutes(2))) struct MannersConnectionTests {
  private static var limits: ConnectionLimits {
    var limits = ConnectionLimits()
    (limits.header, limits.body, limits.write) = (.milliseconds(200), .milliseconds(200), .milliseconds(200))
    limits.linger = .milliseconds(200)
    return limits
  }

  /// Lets `body` know the port of a server.
  private func serving(_ limits: ConnectionLimits, _ body: @escaping @Sendable (Int) async throws -> Void) async throws
  {
    try await Fixture.serve { server in
      let (ports, announce) = AsyncStream<Int>.makeStream()
      let service = server.service(
        host: "127.0.0.1", port: 0, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { announce.yield($0) }
      let group = ServiceGroup(configuration: .init(services: [service], logger: Logger(label: "test")))
      try await withThrowingTaskGroup { tasks in
        tasks.addTask { try await group.run() }
        for await port in ports {
          try await body(port)
          break
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
      }
    }
  }

  /// Sends bytes, and gives what came until the server closed.
  /// - Parameter reads: whether the answers are read at all.
  private func talk(_ port: Int, _ parts: [String], reads: Bool = true) async throws -> String {
    let answer = Answer()
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Reader(answer)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    for part in parts { channel.writeAndFlush(ByteBuffer(string: part), promise: nil) }
    if reads {
      try await channel.closeFuture.get()
    } else {
      // Who does not read is not told of the end; a write fails once the server has closed.
      var isOpen = true
      while isOpen {
        do { try await channel.writeAndFlush(ByteBuffer(string: parts[0])).get() } catch { isOpen = false }
      }
    }
    return answer.text
  }

  @Test func `who waits to be told to go on is told`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      let head =
        "POST /api/v1/query HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
        + "Content-Length: 7\r\n\r\n"
      let answer = try await talk(port, [head, "query=1"])
      #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(answer)")
    }
  }

  @Test func `a form that breaks off is not said to be too long`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      let head = "POST /api/v1/query HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      let answer = try await talk(port, [head + "ZZ\r\nquery=1\r\n"])
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    }
  }

  @Test func `a header that does not end is cut off`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      #expect(try await talk(port, ["GET /ready HTTP/1.1\r\nX-Never-Ends: a"]) == "")
    }
  }

  @Test func `a body that does not come is cut off, whatever has been answered`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      let answer = try await talk(port, ["POST /ready HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"])
      #expect(answer.hasPrefix("HTTP/1.1 405 "))
    }
  }

  @Test func `a body without an end is cut off at its limit`() async throws {
    var limits = ConnectionLimits()
    limits.body = .minutes(5)
    try await serving(limits) { (port: Int) async throws in
      let megabyte = "100000\r\n" + String(repeating: "a", count: 1 << 20) + "\r\n"
      let head = "POST /ready HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      let answer = try await talk(port, [head] + Array(repeating: megabyte, count: 10))
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 405 "))
    }
  }

  @Test func `who does not read the answers is cut off`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      _ = try await talk(port, ["GET /api/spoor/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"], reads: false)
      // And others are served.
      let answer = try await talk(port, ["GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
      #expect(answer.hasSuffix("ready\n"))
    }
  }

  @Test func `connections that say nothing are let go, and let others in`() async throws {
    var limits = Self.limits
    (limits.idle, limits.connectionsMax) = (.milliseconds(200), 4)
    try await serving(limits) { (port: Int) async throws in
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<12 { group.addTask { try await talk(port, []) } }
        for try await answer in group { #expect(answer == "") }
      }
      let answer = try await talk(port, ["GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
      #expect(answer.hasSuffix("ready\n"))
    }
  }

  @Test func `a header that is too long and what is no HTTP are told so`() async throws {
    try await serving(Self.limits) { (port: Int) async throws in
      let long = "GET /ready HTTP/1.1\r\nX-Long: " + String(repeating: "a", count: APILimits.headerByteCountMax)
      #expect(try await talk(port, [long]).hasPrefix("HTTP/1.1 431 "))
      let answer = try await talk(port, ["NO HTTP AT ALL\r\n\r\n"])
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix(#"{"error":"this is no request of HTTP/1.1"}"#))
    }
  }

  @Test func `one address has its share of connections, and this machine's own have no bound`() {
    let share = ConnectionShare(max: 2)
    #expect(share.enter("10.0.0.1") && share.enter("10.0.0.1") && !share.enter("10.0.0.1"))
    #expect(share.enter("10.0.0.2"))
    share.leave("10.0.0.1")
    #expect(share.enter("10.0.0.1"))
    for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] { #expect(ConnectionShare.isOwn(own)) }
    for other in ["10.0.0.1", "::", "2001:db8::1"] { #expect(!ConnectionShare.isOwn(other)) }
  }
}

/// What a server said.
private final class Answer: Sendable {
  private let collected = Mutex("")
  var text: String { collected.withLock { $0 } }
  func add(_ text: String) { collected.withLock { $0 += text } }
}

private final class Reader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let answer: Answer

  init(_ answer: Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { answer.add(String(buffer: unwrapInboundIn(data))) }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
