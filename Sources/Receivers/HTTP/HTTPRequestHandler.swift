import NIOCore
import NIOHTTP1

/// One HTTP connection: reads a request, hands its body to the sink, writes the answer, and again.
///
/// ```
///  awaitingHead ──head──▶ receiving ──end──▶ answering ──answer──▶ awaitingHead
///       │                     │                      └──answer, last of the connection──┐
///       └─────────────────────┴──bad input, deadline──▶ closing ◀─────────────────────────┘
///                                                          └──written──▶ lingering ──EOF, deadline──▶ closed
/// ```
/// NIO's HTTPServerPipelineHandler stands before it and holds pipelined requests back, so that one is under way at a
/// time and answers keep their order.
final class HTTPRequestHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case awaitingHead
    case receiving(HTTPRequest)
    case answering(HTTPRequest)
    /// The last answer is being written; what still arrives is thrown away.
    case closing
    /// The last answer has left, or there is none; only the peer's EOF is waited for.
    case lingering
  }

  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private let door: HTTPDoor
  private let cors: CORSPolicy
  private let gatekeeper: Gatekeeper?
  private var context: ChannelHandlerContext?
  private var state = State.awaitingHead
  private var body: PayloadBuffer
  private var bodyByteCount = 0
  /// What came for the body with the framing of its chunks around it.
  private var framedByteCount = 0
  /// Counts requests, so that an answer can only meet its own.
  private var requestNumber = 0
  /// Whether bytes of the next header have come.
  private var isHeadUnderWay = false
  private var hasSeenEOF = false
  /// Whether a response is being written at this moment, further up on the stack.
  private var isReplying = false
  /// Whether a read was asked for while the peer was not taking our answers.
  private var isReadHeld = false
  private var deadline: ConnectionDeadline?
  private var writeDeadline: ConnectionDeadline?

  init(
    sink: any PayloadSink, limits: ReceiverLimits, budget: ByteBudget, door: HTTPDoor, cors: CORSPolicy,
    gatekeeper: Gatekeeper?
  ) {
    self.sink = sink
    self.door = door
    self.cors = cors
    self.gatekeeper = gatekeeper
    self.limits = limits
    body = PayloadBuffer(budget: budget, reservedMax: limits.byteCountReservedMax)
  }

  // MARK: - The connection

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in deadlinePassed() }
    writeDeadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in close() }
    deadline?.set(in: limits.idleDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
    writeDeadline?.invalidate()
    body.clear()
    state = .lingering
    self.context = nil
  }

  /// Called by the ArrivalObserver before the parser sees the bytes.
  func bytesArrived(_ byteCount: Int) {
    switch state {
    case .awaitingHead where !isHeadUnderWay:
      isHeadUnderWay = true
      deadline?.set(in: limits.headerDeadline)
    case .receiving(let request):
      // Chunks may carry extensions of any length, of which nobody but the parser sees anything.
      framedByteCount += byteCount
      if framedByteCount > 2 * limits.bodyByteCountMax + limits.headerByteCountMax {
        refuse(.bodyTooLarge(limit: limits.bodyByteCountMax), request)
      }
    default: break
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .awaitingHead):
      begin(HTTPRequest(head, limits: limits, door: door, cors: cors, gatekeeper: gatekeeper))
    case (.body(let part), .receiving(let request)): take(part, of: request)
    case (.end, .receiving(let request)): finish(request)
    default: break
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      hasSeenEOF = true
      switch state {
      case .answering: break
      // Closes when the answer has left.
      case .closing: break
      // The parser has already complained about a request that ends here.
      case .awaitingHead, .receiving, .lingering: close()
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      // The parser's echo of bytes that follow those it failed on.
      if error is ByteToMessageDecoderError { return }
      // Else the socket is broken: there is nobody left to answer.
      if case .receiving = state { _ = sink.refuse(.truncatedBody, from: door.transport) }
      return close()
    }
    switch (state, error) {
    case (.closing, _), (.lingering, _): break
    case (.receiving(let request), .invalidEOFState): refuse(.truncatedBody, request)
    case (.receiving(let request), .headerOverflow): refuse(.headerTooLarge, request)
    case (.receiving(let request), _): refuse(.malformedHTTP("\(error)"), request)
    case (_, .headerOverflow): refuse(.headerTooLarge, nil)
    case (_, .invalidEOFState): refuse(.truncatedBody, nil)
    default: refuse(.malformedHTTP("\(error)"), nil)
    }
  }

  /// Reading waits while the peer does not read its answers, which would otherwise pile up here.
  func read(context: ChannelHandlerContext) {
    if context.channel.isWritable { context.read() } else { isReadHeld = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      writeDeadline?.clear()
      if isReadHeld {
        isReadHeld = false
        context.read()
      }
    } else {
      writeDeadline?.set(in: limits.writeDeadline)
    }
    context.fireChannelWritabilityChanged()
  }

  private func deadlinePassed() {
    switch state {
    case .receiving(let request): refuse(.timedOut, request)
    case .awaitingHead where isHeadUnderWay:
      _ = sink.refuse(.timedOut, from: door.transport)
      close()
    case .awaitingHead, .answering, .closing, .lingering: close()
    }
  }

  private func close() {
    state = .lingering
    context?.close(promise: nil)
  }

  // MARK: - A request

  private func begin(_ request: HTTPRequest) {
    isHeadUnderWay = false
    requestNumber += 1
    bodyByteCount = 0
    framedByteCount = 0
    state = .receiving(request)
    deadline?.set(in: limits.bodyDeadline)
    if let refusal = request.refusal {
      // A sender that waits for "100 Continue" may or may not send the body after a refusal, so that where the next
      // request begins is unknown, as after a doubtful framing; and neither a body past the limit nor a stranger's is
      // worth reading.
      var mustClose = request.expectsContinue
      switch refusal {
      case .malformedHTTP, .bodyTooLarge, .unauthorized: mustClose = true
      default: break
      }
      if mustClose { refuse(refusal, request, closesConnection: true) }
    } else if request.expectsContinue {
      context?.writeAndFlush(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }
  }

  private func take(_ part: ByteBuffer, of request: HTTPRequest) {
    bodyByteCount += part.readableBytes
    if bodyByteCount > limits.bodyByteCountMax {
      refuse(.bodyTooLarge(limit: limits.bodyByteCountMax), request)
    } else if request.refusal == nil, !request.isPreflight, !body.append(part, total: request.contentLength) {
      refuse(.receiveMemoryFull(limit: sink.budget.arrivingLimit), request)
    }
  }

  private func finish(_ request: HTTPRequest) {
    if let refusal = request.refusal { return refuse(refusal, request) }
    if request.isPreflight { return reply(.toPreflight, request) }
    guard let context else { return }
    state = .answering(request)
    deadline?.clear()
    let (number, eventLoop) = (requestNumber, context.eventLoop)
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    let answer: @Sendable (HTTPReply) -> Void = { reply in
      if eventLoop.inEventLoop {
        handler.value.answered(reply, to: number)
      } else {
        eventLoop.execute { handler.value.answered(reply, to: number) }
      }
    }
    PayloadLane.run(body.take(), in: request.coding, limits: limits, budget: sink.budget) { [sink, door] payload in
      switch payload {
      case .success(let bytes):
        sink.receive(bytes, as: request.encoding, from: door.transport) {
          answer(HTTPReply($0, accepted: door.acceptedStatus))
        }
      case .failure(let refusal):
        var reply = HTTPReply(refusal, body: sink.refuse(refusal, as: request.encoding, from: door.transport).body)
        // The body was read to its end, so the next request is welcome.
        reply.closesConnection = false
        answer(reply)
      }
    }
  }

  private func answered(_ reply: HTTPReply, to number: Int) {
    guard case .answering(let request) = state, number == requestNumber else { return }
    // From here on a second answer is not this request's.
    requestNumber += 1
    self.reply(reply, request)
  }

  /// Answers a request that the sink never sees; `request` is nil if not even its head could be read.
  private func refuse(_ refusal: Refusal, _ request: HTTPRequest?, closesConnection: Bool = false) {
    body.clear()
    let answer = sink.refuse(refusal, as: request?.encoding ?? .protobuf, from: door.transport)
    var reply = HTTPReply(refusal, body: answer.body)
    if closesConnection { reply.closesConnection = true }
    self.reply(reply, request)
  }

  private func reply(_ reply: HTTPReply, _ request: HTTPRequest?) {
    if let request, !reply.closesConnection { state = .answering(request) } else { state = .closing }
    write(reply, request)
  }

  private func write(_ reply: HTTPReply, _ request: HTTPRequest?) {
    guard let context else { return }
    if isReplying {
      // The end of one response lets the next pipelined request in, here, on this stack. Thousands of requests that are
      // answered at once would use it up, so each leaves it first.
      context.eventLoop.assumeIsolated().execute { self.write(reply, request) }
      return
    }
    let keepsAlive = request?.keepsAlive == true && !reply.closesConnection && !hasSeenEOF
    isReplying = true
    defer { isReplying = false }
    context.write(
      wrapOutboundOut(.head(reply.head(for: request, at: door, keepsAlive: keepsAlive))), promise: nil)
    if !reply.body.isEmpty, request?.isHead != true {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
    }
    if keepsAlive {
      state = .awaitingHead
      isHeadUnderWay = false
      deadline?.set(in: limits.idleDeadline)
      context.write(wrapOutboundOut(.end(nil)), promise: nil)
      context.flush()
    } else {
      state = .closing
      let written = context.eventLoop.makePromise(of: Void.self)
      written.futureResult.assumeIsolated().whenComplete { _ in self.closeWhenRead() }
      // A sender that reads nothing must not hold the connection.
      deadline?.set(in: limits.writeDeadline)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
  }

  /// Says that no more answers come, and reads on until the peer has closed too.
  private func closeWhenRead() {
    guard let context, !hasSeenEOF else { return close() }
    state = .lingering
    context.close(mode: .output, promise: nil)
    deadline?.set(in: limits.lingerDeadline)
  }
}
