import NIOCore
import NIOPosix

/// A listening TCP or Unix socket and its connections: what the HTTP and the TCP receiver have in common.
struct StreamListener: Sendable {
  let boundAddress: ListenAddress
  private let channel: any Channel
  private let connections: ConnectionRegistry
  private let stopGrace: TimeAmount

  /// Binds and accepts. `gatekeeper` puts TLS before all else where its listener speaks it; `configure` adds a
  /// connection's handlers, on its event loop.
  static func start(
    _ transport: Transport, on address: ListenAddress, sink: any PayloadSink, limits: ReceiverLimits,
    gatekeeper: Gatekeeper? = nil, group: any EventLoopGroup,
    configure: @escaping @Sendable (any Channel) throws -> Void
  ) async throws(ReceiverError) -> StreamListener {
    let connections = ConnectionRegistry(limits: limits)
    var bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelInitializer { listener in
        listener.eventLoop.makeCompletedFuture {
          try listener.pipeline.syncOperations.addHandler(AcceptPause(length: limits.acceptPause))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // Most bodies then arrive in one or two parts.
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 1 << 20)
      )
      .childChannelInitializer { connection in
        connection.eventLoop.makeCompletedFuture {
          switch connections.admit(connection) {
          case .admitted:
            try connection.pipeline.syncOperations.addHandler(
              GatedReading(gate: sink.budget.gate, pauseMax: limits.readPauseMax))
            try gatekeeper?.guardConnection(
              connection.pipeline.syncOperations, transport: transport, sink: sink, limits: limits)
            try configure(connection)
          case .full:
            _ = sink.refuse(.tooManyConnections(limit: limits.connectionsMax), from: transport)
            throw ChannelError.ioOnClosedChannel
          case .stopping: throw ChannelError.ioOnClosedChannel
          }
        }
      }
    if !address.isUnix {
      bootstrap = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.socketOption(.so_keepalive), value: 1)
    }
    let channel = try await address.bound(for: transport) { try await bootstrap.bind(to: $0).get() }
    return StreamListener(
      boundAddress: address.isUnix ? address : channel.localAddress.map { ListenAddress($0) } ?? address,
      channel: channel, connections: connections, stopGrace: limits.stopGrace)
  }

  func stop() async {
    await withCheckedContinuation { continuation in
      channel.closeFuture.whenComplete { _ in continuation.resume() }
      channel.close(promise: nil)
    }
    boundAddress.socketFile?.removeIfDeserted()
    await connections.drain(within: stopGrace, on: channel.eventLoop)
  }
}
