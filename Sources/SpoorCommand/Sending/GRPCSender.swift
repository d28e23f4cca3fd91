import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import OTLPCodec
import Receivers
import Synchronization

/// OTLP over gRPC: unary calls of `TraceService/Export`, as many at once as the server takes, through one
/// connection, which is opened again when it was lost (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc).
actor GRPCSender: SpanSender {
  private struct Connection {
    var channel: any Channel
    var state: GRPCConnectionState
  }

  private let peer: Authority
  private let group: any EventLoopGroup
  private let retries: RetryPolicy
  private let timeout: TimeAmount
  private let compression: ContentCoding
  private let tls: NIOSSLContext?
  private let headers: [RequestHeader]
  private var connection: Connection?

  /// - Parameters:
  ///   - compression: of each message.
  ///   - timeout: of each attempt.
  ///   - tls: what to speak TLS with, if anything.
  ///   - headers: what goes with each call besides what it needs.
  init(
    to peer: Authority, group: any EventLoopGroup, retries: RetryPolicy = RetryPolicy(),
    compression: ContentCoding = .identity, timeout: TimeAmount = SendingLimits.timeout, tls: NIOSSLContext? = nil,
    headers: [RequestHeader] = []
  ) {
    self.peer = peer
    self.group = group
    self.retries = retries
    self.timeout = timeout
    self.compression = compression
    self.tls = tls
    self.headers = headers
  }

  func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
    guard request.count <= Int(UInt32.max) else {
      throw .requestTooLarge(byteCount: request.count, limit: Int(UInt32.max))
    }
    let (message, coding) = Self.frame(request, compression)
    return try await retries.run { () throws(SendingError) in
      try result(of: try await self.call(message, coding))
    }
  }

  func close() async {
    connection?.channel.close(promise: nil)
    connection = nil
  }

  /// A message as gRPC frames it: whether it is compressed, its length, itself.
  private static func frame(_ request: [UInt8], _ coding: ContentCoding) -> (ByteBuffer, ContentCoding) {
    let payload = coding == .identity ? nil : Deflater.ofThisThread.deflate(request, to: coding)
    let isCompressed = payload.map { $0.coding != .identity } ?? false
    let length = payload?.bytes.readableBytes ?? request.count
    var message = ByteBufferAllocator().buffer(capacity: 5 + length)
    message.writeInteger(UInt8(isCompressed ? 1 : 0))
    message.writeInteger(UInt32(length))
    if let payload { message.writeImmutableBuffer(payload.bytes) } else { message.writeBytes(request) }
    return (message, isCompressed ? coding : .identity)
  }

  private func call(_ message: ByteBuffer, _ coding: ContentCoding) async throws(SendingError) -> GRPCAnswer {
    let channel = try await connected()
    let answer = channel.eventLoop.makePromise(of: GRPCAnswer.self)
    // A write that never reaches the handler would leave the promise open.
    channel.writeAndFlush(
      GRPCExchange(message: message, coding: coding, timeout: timeout, answer: answer)
    ).whenFailure { answer.fail($0) }
    do {
      return try await answer.futureResult.get()
    } catch {
      throw SendingError(onConnection: error, with: peer)
    }
  }

  private nonisolated func result(of answer: GRPCAnswer) throws(SendingError) -> SendingResult {
    switch answer.status {
    case 0:
      do throws(DecodeError) {
        return SendingResult(try ExportResponse.decode(answer.message))
      } catch {
        throw .malformedAnswer(peer, reason: "\(error)")
      }
    case _ where answer.isRetryable:
      throw .busy(peer, status: answer.status, message: answer.words, retryAfter: answer.retryAfter)
    default: throw .refused(peer, status: answer.status, message: answer.words)
    }
  }

  private func connected() async throws(SendingError) -> any Channel {
    if let channel = usable { return channel }
    let state = GRPCConnectionState()
    let head = GRPCExchangeHandler.head(for: peer, isEncrypted: tls != nil, headers)
    let new = try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(to: peer, within: timeout, tls: tls) { [peer] pipeline in
        try pipeline.addHandler(NIOHTTP2Handler(mode: .client))
        try pipeline.addHandler(GRPCExchangeHandler(peer: peer, head: head, state: state))
      }
    // Another call may have connected in the meantime: one connection is enough.
    if let channel = usable {
      new.close(promise: nil)
      return channel
    }
    connection = Connection(channel: new, state: state)
    return new
  }

  private var usable: (any Channel)? {
    guard let connection, connection.channel.isActive, connection.state.takesCalls else { return nil }
    return connection.channel
  }
}

/// Whether a connection may begin another call, for who is not on its event loop.
final class GRPCConnectionState: Sendable {
  private let isLeft = Atomic(false)

  /// False once the server has said that it leaves.
  var takesCalls: Bool { !isLeft.load(ordering: .relaxed) }

  func leave() { isLeft.store(true, ordering: .relaxed) }
}
