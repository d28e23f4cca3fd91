import NIOCore

/// Stands between the socket and TLS: knows whether the sender has said anything, and closes the socket as our other
/// connections are closed.
final class TLSFront: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let lingerDeadline: TimeAmount
  private var context: ChannelHandlerContext?
  private var deadline: ConnectionDeadline?
  private var hasSeenEOF = false
  private var isLingering = false
  private(set) var hasRead = false

  /// Whether TLS has failed and will close the connection. What it says then must reach a sender that, in TLS 1.3, is
  /// sending its request already, so what still comes is read and thrown away, until its end or the deadline.
  var mustLinger = false

  init(lingerDeadline: TimeAmount) {
    self.lingerDeadline = lingerDeadline
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasRead = true
    if !isLingering { context.fireChannelRead(data) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      hasSeenEOF = true
      if isLingering { close(promise: nil) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard case .all = mode, mustLinger, !hasSeenEOF else { return context.close(mode: mode, promise: promise) }
    isLingering = true
    deadline?.set(in: lingerDeadline)
    context.close(mode: .output, promise: promise)
  }

  /// Closes the socket without asking TLS.
  func close(promise: EventLoopPromise<Void>?) {
    if let context { context.close(promise: promise) } else { promise?.succeed() }
  }
}
