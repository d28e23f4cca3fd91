import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS: gives the handshake its deadline, counts those that fail, and lets half-closed connections be. TLS
/// itself closes what failed.
final class HandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let transport: Transport
  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private var deadline: ConnectionDeadline?
  private var isUnderWay = true
  /// Whether the sender has said anything. Who connects and leaves, as a load balancer that looks whether we are there,
  /// is not counted.
  private var hasBegun = false

  init(transport: Transport, sink: any PayloadSink, limits: ReceiverLimits) {
    self.transport = transport
    self.sink = sink
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in
      fail("it took too long")
      channel.close(promise: nil)
    }
    deadline?.set(in: limits.headerDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { finish() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error as? NIOSSLError {
    case .uncleanShutdown?:
      // Many senders end without TLS's goodbye. Requests and frames say themselves how long they are, so that nothing
      // cut off passes for whole, and an end of input follows this error.
      break
    case .handshakeFailed(let problem)?:
      fail("\(problem)")
    case .shutdownFailed?:
      // We close a connection before it is one.
      break
    default: context.fireErrorCaught(error)
    }
  }

  /// Called by the FirstBytesObserver before TLS sees the bytes.
  func bytesArrived() {
    hasBegun = true
  }

  private func finish() {
    isUnderWay = false
    deadline?.invalidate()
  }

  private func fail(_ problem: String) {
    guard isUnderWay else { return }
    finish()
    guard hasBegun else { return }
    _ = sink.refuse(.tlsHandshakeFailed(problem), from: transport)
  }
}
