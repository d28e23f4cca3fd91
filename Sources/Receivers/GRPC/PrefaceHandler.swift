import NIOCore

/// The first handler of a connection: waits for the words with which HTTP/2 begins, then makes way for it. Who speaks
/// HTTP/1.1 instead is told so in HTTP/1.1: the ports of OTLP's two protocols are easily mixed up.
final class PrefaceHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    case waiting
    /// The handlers of HTTP/2 are being added. Their first write may find the peer gone, and then NIO reads at once, further
    /// up on this stack, what the peer had sent.
    case makingWay
    /// What is read is theirs.
    case passing
    case closing
  }

  /// RFC 9113, 3.4.
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private let addHTTP2: (ChannelPipeline.SynchronousOperations) throws -> Void
  private var received = ByteBuffer()
  private var state = State.waiting
  private var deadline: ConnectionDeadline?

  /// - Parameter addHTTP2: adds the handlers that come after this one, the last, once it is known that they are needed.
  init(
    sink: any PayloadSink, limits: ReceiverLimits,
    addHTTP2: @escaping (ChannelPipeline.SynchronousOperations) throws -> Void
  ) {
    self.sink = sink
    self.limits = limits
    self.addHTTP2 = addHTTP2
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in
      if state == .waiting, received.readableBytes > 0 { _ = sink.refuse(.timedOut, from: .grpc) }
      channel.close(promise: nil)
    }
    deadline?.set(in: limits.headerDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .waiting: break
    case .makingWay:
      received.writeImmutableBuffer(unwrapInboundIn(data))
      return
    case .passing: return context.fireChannelRead(data)
    case .closing: return
    }
    received.writeImmutableBuffer(unwrapInboundIn(data))
    let beginning = received.readableBytesView.prefix(Self.preface.count)
    guard Self.preface.starts(with: beginning) else { return refuse(context) }
    if beginning.count == Self.preface.count { makeWay(context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { return context.close(promise: nil) }
    if case .inputClosed? = event as? ChannelEvent {
      if state == .waiting, received.readableBytes > 0 { refuse(context) }
      if state == .waiting || state == .closing { return context.close(promise: nil) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func makeWay(_ context: ChannelHandlerContext) {
    state = .makingWay
    let pipeline = context.pipeline.syncOperations
    do {
      try addHTTP2(pipeline)
    } catch {
      return context.close(promise: nil)
    }
    guard context.channel.isActive else { return }
    while received.readableBytes > 0 {
      let bytes = received
      received = ByteBuffer()
      context.fireChannelRead(wrapInboundOut(bytes))
    }
    state = .passing
    context.fireChannelReadComplete()
    pipeline.removeHandler(context: context, promise: nil)
  }

  /// Says what is spoken here, and closes once that is read or was time enough to read it.
  private func refuse(_ context: ChannelHandlerContext) {
    state = .closing
    let refusal = Refusal.notHTTP2
    _ = sink.refuse(refusal, from: .grpc)
    let text = refusal.description + "\n"
    let answer =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\n"
      + "Connection: close\r\n\r\n\(text)"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    context.close(mode: .output, promise: nil)
    deadline?.set(in: limits.lingerDeadline)
  }
}
