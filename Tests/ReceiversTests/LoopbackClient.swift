import NIOCore
import NIOPosix
import NIOSSL
import Receivers

/// A TCP client for one test: sends bytes as they are and reads what comes back.
final class LoopbackClient {
  struct Response: Equatable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: String
  }

  struct EndOfStream: Error {}

  private let channel: any Channel
  private var incoming: AsyncStream<ByteBuffer>.Iterator
  private var buffer = ByteBuffer()

  /// - Parameter tls: what to speak TLS with, if anything.
  init(to address: ListenAddress, tls: NIOSSLContext? = nil) async throws {
    let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
          }
          try channel.pipeline.syncOperations.addHandler(Inbox(continuation))
        }
      }
    channel =
      if let path = address.unixPath {
        try await bootstrap.connect(unixDomainSocketPath: path).get()
      } else {
        try await bootstrap.connect(host: address.host, port: address.port).get()
      }
    incoming = stream.makeAsyncIterator()
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  func finishSending() async throws { try await channel.close(mode: .output) }

  func close() async throws { try await channel.close() }

  func read(_ count: Int) async throws -> [UInt8] {
    while buffer.readableBytes < count { try await readMore() }
    return buffer.readBytes(length: count) ?? []
  }

  func readFrame() async throws -> String {
    var length = ByteBuffer(bytes: try await read(4))
    return String(decoding: try await read(Int(length.readInteger(as: UInt32.self) ?? 0)), as: UTF8.self)
  }

  func readResponse(hasBody: Bool = true) async throws -> Response {
    var lines: [String] = []
    while true {
      let line = try await readLine()
      if line.isEmpty { break }
      lines.append(line)
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
    }
    let length = hasBody ? Int(headers["content-length"] ?? "0") ?? 0 : 0
    return Response(
      status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers,
      body: String(decoding: try await read(length), as: UTF8.self))
  }

  /// What comes until the peer closes; then this side closes too.
  func readToEnd() async throws -> [UInt8] {
    do {
      while true { try await readMore() }
    } catch is EndOfStream {
      channel.close(promise: nil)
      return buffer.readBytes(length: buffer.readableBytes) ?? []
    }
  }

  private func readLine() async throws -> String {
    while true {
      if let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer.readString(length: end - buffer.readerIndex + 1) ?? ""
        return String(line.unicodeScalars.filter { $0 != "\r" && $0 != "\n" })
      }
      try await readMore()
    }
  }

  private func readMore() async throws {
    guard var more = await incoming.next(isolation: #isolation) else { throw EndOfStream() }
    buffer.writeBuffer(&more)
  }

  private final class Inbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .inputClosed? = event as? ChannelEvent { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      continuation.finish()
      context.close(promise: nil)
    }
  }
}

extension ListenAddress {
  /// Loopback, on a port that the kernel picks.
  static let anywhere = ListenAddress(host: "127.0.0.1", port: 0)
}
