import NIOCore

/// Payloads in frames: a 4-byte big-endian length and an ExportTraceServiceRequest, each answered, in order, by such a
/// frame with an ExportTraceServiceResponse.
///
/// A client may send on without waiting for answers. A frame that is refused or malformed is answered too, and then the
/// connection closes; so it does after the last answer when the client has shut down its sending side.
package struct TCPReceiver: Receiver {
  private let listener: StreamListener

  package var transport: Transport { .tcp }
  package var boundAddress: ListenAddress { listener.boundAddress }

  /// - Parameter onNotice: is told in one line when the files of `security` changed, and when they became unusable.
  package static func start(
    _ address: ListenAddress, sink: any PayloadSink, limits: ReceiverLimits = ReceiverLimits(),
    security: ListenerSecurity = .none, group: any EventLoopGroup,
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(ReceiverError) -> TCPReceiver {
    let gatekeeper = try Gatekeeper(security, for: .tcp, onNotice: onNotice)
    let listener = try await StreamListener.start(
      .tcp, on: address, sink: sink, limits: limits, gatekeeper: gatekeeper, group: group
    ) { connection in
      try connection.pipeline.syncOperations.addHandler(FrameHandler(sink: sink, limits: limits, budget: sink.budget))
    }
    return TCPReceiver(listener: listener)
  }

  package func stop() async {
    await listener.stop()
  }
}
