import NIOCore
import NIOPosix

/// A listener of the collector's.
struct Door: Hashable, Sendable, CustomStringConvertible {
  var host: String
  var port: Int

  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
    host = String(text[..<colon])
    self.port = port
  }

  /// A port of the loopback interface.
  init(port: Int) {
    host = "127.0.0.1"
    self.port = port
  }

  var description: String { "\(host):\(port)" }

  /// Sends one datagram.
  func send(datagram bytes: [UInt8]) async throws {
    let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(host: "127.0.0.1", port: 0).get()
    let address = try SocketAddress(ipAddress: host, port: port)
    try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes))).get()
    try await channel.close()
  }

  /// Talks over one TCP connection, which is closed at the end.
  func connect<Result: Sendable>(
    _ talk: @Sendable (inout Conversation) async throws -> Result
  ) async throws -> Result {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      return try await talk(&conversation)
    }
  }
}

/// Both directions of a TCP connection.
struct Conversation {
  fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var unread: [UInt8] = []

  fileprivate init(
    inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.inbound = inbound
    self.outbound = outbound
  }

  func write(_ bytes: [UInt8]) async throws {
    try await outbound.write(ByteBuffer(bytes: bytes))
  }

  /// The next so many bytes; fewer if the other side closes before.
  mutating func read(_ count: Int) async throws -> [UInt8] {
    while unread.count < count, let more = try await next() { unread += more }
    defer { unread.removeFirst(min(count, unread.count)) }
    return Array(unread.prefix(count))
  }

  /// The bytes up to and with the first empty line; nil if the other side closes before.
  mutating func readHead() async throws -> String? {
    let emptyLine = Array("\r\n\r\n".utf8)
    while true {
      if let range = unread.firstRange(of: emptyLine) {
        defer { unread.removeFirst(range.upperBound) }
        return String(decoding: unread[..<range.upperBound], as: UTF8.self)
      }
      guard let more = try await next() else { return nil }
      unread += more
    }
  }

  /// Whether the other side has nothing more to say and closes.
  mutating func isClosed() async throws -> Bool {
    try await read(1).isEmpty
  }

  /// A connection that is reset has ended like one that is closed.
  private mutating func next() async throws -> [UInt8]? {
    do {
      return try await inbound.next().map { Array($0.readableBytesView) }
    } catch let error as IOError where error.errnoCode == ECONNRESET {
      return nil
    }
  }
}
