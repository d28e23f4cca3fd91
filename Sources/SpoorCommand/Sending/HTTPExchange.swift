import NIOCore
import NIOHTTP1

/// A request on its way through a connection, and the promise of its answer.
struct HTTPExchange: Sendable {
  var head: HTTPRequestHead
  var body: ByteBuffer
  var deadline: NIODeadline
  var timeout: TimeAmount
  var answer: EventLoopPromise<HTTPAnswer>
}

/// One HTTP connection of ours: takes one `HTTPExchange` at a time and fulfils its promise.
/// When it fails, and when the server wants it, the connection closes.
final class HTTPExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = HTTPExchange
  typealias OutboundOut = HTTPClientRequestPart

  private let peer: Authority
  private let bodyByteCountMax: Int
  private var exchange: HTTPExchange?
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []
  private var deadline: Scheduled<Void>?

  init(peer: Authority, bodyByteCountMax: Int) {
    self.peer = peer
    self.bodyByteCountMax = bodyByteCountMax
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    precondition(self.exchange == nil, "a connection carries one exchange at a time")
    self.exchange = exchange
    let timeout = exchange.timeout
    deadline = context.eventLoop.assumeIsolated().scheduleTask(deadline: exchange.deadline) {
      self.fail(.timedOut(self.peer, after: timeout), context)
    }
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    if exchange.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(let part):
      guard exchange != nil else { return }
      guard body.count + part.readableBytes <= bodyByteCountMax else {
        return fail(.answerTooLarge(peer, limit: bodyByteCountMax), context)
      }
      body.append(contentsOf: part.readableBytesView)
    case .end: answered(context)
    }
  }

  private func answered(_ context: ChannelHandlerContext) {
    guard let exchange, let head else { return context.close(promise: nil) }
    let answer = HTTPAnswer(status: head.status, headers: head.headers, body: body)
    clear()
    // Closed before the answer is given, so that nobody keeps the connection for another exchange.
    if !head.isKeepAlive { context.close(promise: nil) }
    exchange.answer.succeed(answer)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .invalidEOFState = error as? HTTPParserError {
      fail(.connectionClosed(peer, duringAnswer: true), context)
    } else if error is HTTPParserError {
      fail(.malformedAnswer(peer, reason: "its answer is not HTTP"), context)
    } else {
      fail(SendingError(onConnection: error, with: peer, duringAnswer: head != nil), context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.connectionClosed(peer, duringAnswer: head != nil), context)
    context.fireChannelInactive()
  }

  private func fail(_ error: SendingError, _ context: ChannelHandlerContext) {
    let exchange = exchange
    clear()
    context.close(promise: nil)
    exchange?.answer.fail(error)
  }

  private func clear() {
    deadline?.cancel()
    (deadline, exchange, head, body) = (nil, nil, nil, [])
  }
}
