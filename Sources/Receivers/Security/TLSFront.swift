import NIOCore

/// Stands between the socket and TLS: knows whether the sender has said anything, and can close the socket without
/// waiting for TLS.
final class TLSFront: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var context: ChannelHandlerContext?
  private(set) var hasRead = false

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasRead = true
    context.fireChannelRead(data)
  }

  func close(promise: EventLoopPromise<Void>?) {
    if let context { context.close(promise: promise) } else { promise?.succeed() }
  }
}
