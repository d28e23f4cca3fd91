import NIOCore
import NIOPosix
import NIOSSL

/// Frames over one TCP connection, which is opened again when it was lost.
actor TCPSender: SpanSender {
  private let peer: Authority
  private let group: any EventLoopGroup
  private let retries: RetryPolicy
  private let timeout: TimeAmount
  private let tls: NIOSSLContext?
  private var connection: (any Channel)?

  /// - Parameters:
  ///   - timeout: of each attempt.
  ///   - tls: what to speak TLS with, if anything.
  init(
    to peer: Authority, group: any EventLoopGroup, retries: RetryPolicy = RetryPolicy(),
    timeout: TimeAmount = SendingLimits.timeout, tls: NIOSSLContext? = nil
  ) {
    self.peer = peer
    self.group = group
    self.retries = retries
    self.timeout = timeout
    self.tls = tls
  }

  func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
    guard request.count <= Int(UInt32.max) else {
      throw .requestTooLarge(byteCount: request.count, limit: Int(UInt32.max))
    }
    return try await retries.run { () throws(SendingError) in try await self.sendOnce(request) }
  }

  func close() async {
    connection?.close(promise: nil)
    connection = nil
  }

  private func sendOnce(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
    let connection = try await connected()
    let answer = connection.eventLoop.makePromise(of: SendingResult.self)
    // A write that never reaches the handler would leave the promise open.
    connection.writeAndFlush(
      FrameExchange(request: ByteBuffer(bytes: request), timeout: timeout, answer: answer)
    ).whenFailure { answer.fail($0) }
    do {
      return try await answer.futureResult.get()
    } catch {
      throw SendingError(onConnection: error, with: peer)
    }
  }

  private func connected() async throws(SendingError) -> any Channel {
    if let connection, connection.isActive { return connection }
    let peer = peer
    let new = try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(to: peer, within: timeout, tls: tls) { pipeline in
        try pipeline.addHandler(ByteToMessageHandler(AnswerFrameDecoder(peer: peer)))
        try pipeline.addHandler(FrameExchangeHandler(peer: peer))
      }
    // Another call may have connected in the meantime: one connection is enough.
    if let connection, connection.isActive {
      new.close(promise: nil)
      return connection
    }
    connection = new
    return new
  }
}
