import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS until the handshake is over, and says how it ended.
final class TLSHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let finished: EventLoopPromise<Void>

  /// - Parameter finished: fails with whatever TLS says, and with `ChannelError.eof` where the connection closes instead.
  init(_ finished: EventLoopPromise<Void>) {
    self.finished = finished
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      finished.succeed()
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finished.fail(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    finished.fail(ChannelError.eof)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    // After success or failure this says nothing.
    finished.fail(ChannelError.eof)
  }
}
