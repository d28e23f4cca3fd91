import NIOCore

/// Stands before the HTTP parser and tells the request handler that bytes came, because the parser itself is silent
/// until a header is whole.
final class ArrivalObserver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let handler: HTTPRequestHandler

  init(_ handler: HTTPRequestHandler) {
    self.handler = handler
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    handler.bytesArrived(unwrapInboundIn(data).readableBytes)
    context.fireChannelRead(data)
  }
}
