import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import SpoorCommand

/// A server on a port of the kernel's choice that answers whole requests with exactly the bytes that a test wants.
final class ScriptedServer: Sendable {
  enum Reply: Sendable {
    case bytes([UInt8])
    /// Closes after them, which may be in the middle of an answer, or before it.
    case bytesThenClose([UInt8])
    case silence
  }

  enum Requests: Sendable {
    case http, frames

    /// How many of the bytes are the first request, or nil while it is not whole.
    func length(in bytes: [UInt8]) -> Int? {
      switch self {
      case .frames:
        guard bytes.count >= 4 else { return nil }
        let length = 4 + bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        return bytes.count >= length ? length : nil
      case .http:
        let text = String(decoding: bytes, as: UTF8.self)
        guard let headEnd = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<headEnd.lowerBound].split(separator: "\r\n")
        let bodyLength = lines.first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
        let length = text[..<headEnd.upperBound].utf8.count + (bodyLength ?? 0)
        return bytes.count >= length ? length : nil
      }
    }
  }

  private let received = Mutex<(requests: [[UInt8]], connections: Int)>(([], 0))
  private let replies: Mutex<[Reply]>
  private let form: Requests
  private let listener = Mutex<(any Channel)?>(nil)

  var requests: [[UInt8]] { received.withLock { $0.requests } }
  var connections: Int { received.withLock { $0.connections } }
  var authority: Authority { Authority(host: "127.0.0.1", port: listener.withLock { $0?.localAddress?.port } ?? 0) }

  private init(_ form: Requests, _ replies: [Reply]) {
    self.form = form
    self.replies = Mutex(replies)
  }

  /// - Parameters:
  ///   - replies: one for each request, the last of them for all that follow.
  ///   - tls: what it speaks TLS with, if anything.
  static func run(
    _ form: Requests, _ replies: [Reply], tls: NIOSSLContext? = nil, _ body: (ScriptedServer) async throws -> Void
  ) async throws {
    let server = ScriptedServer(form, replies)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Connection(server: server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    server.listener.withLock { $0 = listener }
    try await body(server)
    try await listener.close()
  }

  /// A port on which nobody listens.
  static func freePort() async throws -> Int {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    try await listener.close()
    return port
  }

  fileprivate func opened() { received.withLock { $0.connections += 1 } }

  fileprivate func reply(to request: [UInt8]) -> Reply {
    received.withLock { $0.requests.append(request) }
    return replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .silence }
  }

  private final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private var unread: [UInt8] = []

    init(server: ScriptedServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) { server.opened() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      unread += Array(unwrapInboundIn(data).readableBytesView)
      while let length = server.form.length(in: unread) {
        let request = Array(unread[..<length])
        unread.removeFirst(length)
        switch server.reply(to: request) {
        case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .bytesThenClose(let bytes):
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
          context.close(promise: nil)
          return
        case .silence: break
        }
      }
    }
  }
}

extension ScriptedServer.Reply {
  /// A whole HTTP answer.
  static func http(_ status: String, headers: [String] = [], body: [UInt8] = []) -> Self {
    let head = (["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers).joined(separator: "\r\n")
    return .bytes(Array("\(head)\r\n\r\n".utf8) + body)
  }

  static func text(_ text: String) -> Self { .bytes(Array(text.utf8)) }

  static func frame(_ body: [UInt8]) -> Self { .bytes(framed(body)) }
}

/// A frame as it goes over TCP.
func framed(_ body: [UInt8]) -> [UInt8] {
  let length = UInt32(body.count)
  return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + body
}
