import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS: gives the handshake its deadline, counts those that fail, and lets a connection end as one without
/// TLS does.
final class TLSBack: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let front: TLSFront
  private let transport: Transport
  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private var deadline: ConnectionDeadline?
  private var isHandshaking = true

  init(front: TLSFront, transport: Transport, sink: any PayloadSink, limits: ReceiverLimits) {
    self.front = front
    self.transport = transport
    self.sink = sink
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in
      fail("it took too long")
      front.close(promise: nil)
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
      // TLS closes the connection.
      front.mustLinger = true
      fail("\(problem)")
    default: context.fireErrorCaught(error)
    }
  }

  /// Says goodbye and does not wait for the sender's, which RFC 8446 (6.1) allows: TLS itself would hold the connection
  /// for a sender that keeps silent, and where half-closed connections are allowed for any other too.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard case .all = mode else { return context.close(mode: mode, promise: promise) }
    context.close(mode: .output, promise: nil)
    front.close(promise: promise)
  }

  private func finish() {
    isHandshaking = false
    deadline?.invalidate()
  }

  /// Who connects and leaves without a word, as a load balancer does that looks whether we are there, is not counted.
  private func fail(_ problem: String) {
    guard isHandshaking else { return }
    finish()
    if front.hasRead { _ = sink.refuse(.tlsHandshakeFailed(problem), from: transport) }
  }
}
