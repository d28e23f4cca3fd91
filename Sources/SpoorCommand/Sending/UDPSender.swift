import Glibc
import NIOCore
import NIOPosix

/// One request a datagram; what is too large for one is split. Nobody answers: what gets lost is lost.
actor UDPSender: SpanSender {
  private let peer: Authority
  private let group: any EventLoopGroup
  private let splitter: DatagramSplitter
  private var socket: (any Channel)?

  init(to peer: Authority, group: any EventLoopGroup, splitter: DatagramSplitter = DatagramSplitter()) {
    self.peer = peer
    self.group = group
    self.splitter = splitter
  }

  /// - Throws: `connectionRefused` once the system could tell that nobody listens, which for this machine it mostly can
  ///   of the first datagram.
  func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
    let datagrams = try splitter.split(request)
    try await write(datagrams)
    return .unacknowledged(datagrams: datagrams.count)
  }

  nonisolated var requestsTogether: Int { SendingLimits.datagramsTogether }

  /// With one system call, or a few. That nobody listens is an error of all, though the first may still have been heard.
  func send(together requests: [[UInt8]]) async throws(SendingError) -> [SendingResult] {
    var (datagrams, results) = ([[UInt8]](), [SendingResult]())
    for request in requests {
      let parts = try splitter.split(request)
      datagrams += parts
      results.append(.unacknowledged(datagrams: parts.count))
    }
    try await write(datagrams)
    return results
  }

  func close() async {
    socket?.close(promise: nil)
    socket = nil
  }

  private func write(_ datagrams: [[UInt8]]) async throws(SendingError) {
    let socket = try await connected()
    let error: SocketOptionValue
    do {
      error = try await socket.eventLoop.flatSubmit {
        let written = datagrams.map { socket.write(ByteBuffer(bytes: $0)) }
        socket.flush()
        // Whether nobody listens lies in the socket's error once the datagrams have left. It must be asked for before
        // the event loop goes on, which would read the error, and drop it.
        return EventLoopFuture.andAllSucceed(written, on: socket.eventLoop).flatMap {
          socket.getOption(.socketOption(.so_error))
        }
      }.get()
    } catch {
      throw SendingError(onConnection: error, with: peer)
    }
    if error == SocketOptionValue(ECONNREFUSED) { throw .connectionRefused(peer) }
  }

  private func connected() async throws(SendingError) -> any Channel {
    if let socket, socket.isActive { return socket }
    let peer = peer
    let new: any Channel
    do {
      new = try await DatagramBootstrap(group: group)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(RefusalHandler(peer: peer))
          }
        }
        .connect(to: peer)
    } catch {
      throw SendingError(connecting: error, to: peer, timeout: SendingLimits.timeout)
    }
    socket = new
    return new
  }
}

/// Remembers that nobody listened to an earlier datagram, and fails the next with it.
private final class RefusalHandler: ChannelDuplexHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let peer: Authority
  private var isRefused = false

  init(peer: Authority) {
    self.peer = peer
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isRefused {
      isRefused = false
      promise?.fail(SendingError.connectionRefused(peer))
    } else {
      context.write(data, promise: promise)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? IOError, error.errnoCode == ECONNREFUSED {
      isRefused = true
    } else {
      context.close(promise: nil)
    }
  }
}
