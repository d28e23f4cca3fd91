import NIOCore
import NIOHTTP2

/// One HTTP/2 connection: takes the messages of its calls, hands them to the sink, writes the answers, in whatever order
/// they come.
///
/// It stands directly behind the HTTP/2 parser and serves all streams by itself: a channel for each stream, as NIO's
/// multiplexer makes it, costs more than all the rest of a small call.
///
/// ```
///  call:        receiving ──end──▶ answering ──answer──▶ answered ──taken──▶ gone
///                   └──bad input, deadline──────────────────▲
///  connection:  serving ──idle, stop──▶ leaving ──peer knows, last call gone──▶ lingering ──EOF, deadline──▶ closed
///                   └──flood, protocol broken─────────────────────────────────────────▲
/// ```
final class GRPCConnection: ChannelDuplexHandler, NIOHTTP2FrameDelegate {
  typealias InboundIn = HTTP2Frame
  typealias OutboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private enum State {
    case serving
    /// The peer is asked to begin no more calls.
    case leaving
    /// Only the peer's EOF is waited for; what still arrives is thrown away.
    case lingering
  }

  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private let gatekeeper: Gatekeeper?
  var frameGuard: FrameGuard?
  private var context: ChannelHandlerContext?
  private var state = State.serving
  private var streams: [HTTP2StreamID: GRPCStream] = [:]
  private var lastStreamID = HTTP2StreamID.rootStream
  /// Whether no more calls can come, because the peer knows that we leave, or leaves itself.
  private var isLast = false
  private var hasSeenEOF = false
  /// Whether the HTTP/2 parser has said goodbye to a peer that broke the protocol.
  private var isBroken = false
  /// Whether a GOAWAY that is written is ours.
  private var isSayingGoodbye = false
  /// Whether what was read last is being handled, further up on the stack.
  private var isReading = false
  private var isFlushDue = false
  /// Counts also messages that their client has taken back, until the sink has answered them.
  private var share: SenderShare
  /// Whether a read was asked for when none might be made.
  private var isReadHeld = false
  private var deadline: ConnectionDeadline?
  private var writeDeadline: ConnectionDeadline?

  init(sink: any PayloadSink, limits: ReceiverLimits, gatekeeper: Gatekeeper?) {
    self.sink = sink
    self.gatekeeper = gatekeeper
    self.limits = limits
    share = SenderShare(of: sink.budget)
  }

  // MARK: - The connection

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in deadlinePassed() }
    writeDeadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in close() }
    deadline?.set(in: limits.idleDeadline)
    // The settings cannot speak of the connection's window, which begins as RFC 9113, 6.9.2 says.
    widen(.rootStream, by: limits.connectionWindowByteCount - 65_535)
    flush()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
    writeDeadline?.invalidate()
    giveUpReceiving()
    streams = [:]
    state = .lingering
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state != .lingering else { return }
    isReading = true
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let headers):
      if streams[frame.streamID] == nil { begin(frame.streamID, headers) }
      if headers.endStream { finish(frame.streamID) }
    case .data(let data):
      if case .byteBuffer(let part) = data.data { take(part, of: frame.streamID) }
      if data.endStream { finish(frame.streamID) }
    case .rstStream: wasTakenBack(frame.streamID)
    case .ping(FrameGuard.goodbyePing, ack: true): peerKnows()
    case .goAway: peerLeaves()
    default: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let event as NIOHTTP2WindowUpdatedEvent: windowChanged(event)
    case let event as StreamClosedEvent: remove(event.streamID)
    case is ChannelShouldQuiesceEvent: leave()
    case let event as ChannelEvent where event == .inputClosed:
      hasSeenEOF = true
      giveUpReceiving()
      peerLeaves()
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// The peer is gone without an EOF.
  func channelInactive(context: ChannelHandlerContext) {
    giveUpReceiving()
    context.fireChannelInactive()
  }

  /// What broke HTTP/2's rules is a stream, which the parser has reset, or the connection, whose end it has announced.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is any NIOHTTP2Error else { return close() }
    if error is NIOHTTP2Errors.RaisedGoawayLastStreamID {
      // The parser could not say goodbye, because we have; the reason why it wanted to follows.
      isBroken = true
      return
    }
    _ = sink.refuse(.malformedHTTP2("\(type(of: error))"), from: .grpc)
    if isBroken, state != .lingering { linger() }
  }

  /// Called by the HTTP/2 parser.
  func wroteFrame(_ frame: HTTP2Frame) {
    guard case .goAway = frame.payload, !isSayingGoodbye, state != .lingering else { return }
    isBroken = true
    giveUpReceiving()
  }

  /// Reading waits for the sink, when it has more of this connection than its share, and for a peer that does not read
  /// its answers.
  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { isReadHeld = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { writeDeadline?.clear() } else { writeDeadline?.set(in: limits.writeDeadline) }
    readAgain()
    context.fireChannelWritabilityChanged()
  }

  private var mayRead: Bool {
    guard let context, context.channel.isWritable else { return false }
    return state == .lingering || share.hasRoom
  }

  private func readAgain() {
    guard isReadHeld, mayRead else { return }
    isReadHeld = false
    context?.read()
  }

  // MARK: - A call

  private func begin(_ id: HTTP2StreamID, _ headers: HTTP2Frame.FramePayload.Headers) {
    lastStreamID = max(lastStreamID, id)
    let call: GRPCCall
    do throws(Refusal) {
      call = try GRPCCall(headers.headers, gatekeeper: gatekeeper)
    } catch {
      return refuse(id, error, isWhole: headers.endStream)
    }
    // One timer is enough for all: what is under way is looked over each time it wakes up.
    if streams.isEmpty { deadline?.set(in: limits.bodyDeadline) }
    streams[id] = GRPCStream(call, limits: limits, budget: sink.budget, deadline: .now(context) + limits.bodyDeadline)
  }

  private func take(_ part: ByteBuffer, of id: HTTP2StreamID) {
    guard let stream = streams[id], stream.state == .receiving, part.readableBytes > 0 else { return }
    do throws(Refusal) {
      try stream.message.take(part)
    } catch {
      refuse(id, error, isWhole: false)
    }
  }

  private func finish(_ id: HTTP2StreamID) {
    guard let stream = streams[id], stream.state == .receiving, let context else { return }
    let message: GRPCMessage
    do throws(Refusal) {
      message = try stream.message.finish()
      if message.isCompressed, stream.call.coding == .identity {
        throw .malformedCall("its message is compressed, and there is no grpc-encoding")
      }
    } catch {
      return refuse(id, error, isWhole: true)
    }
    stream.state = .answering
    stream.deadline = nil
    let byteCount = message.payload.bytes.readableBytes
    stream.byteCountUnderWay = byteCount
    share.take(byteCount)
    let eventLoop = context.eventLoop
    let call = NIOLoopBound((connection: self, stream: stream), eventLoop: eventLoop)
    let answer: @Sendable (GRPCReply) -> Void = { reply in
      if eventLoop.inEventLoop {
        call.value.connection.answered(reply, to: id, call.value.stream)
      } else {
        eventLoop.execute { call.value.connection.answered(reply, to: id, call.value.stream) }
      }
    }
    let (method, coding) = (stream.call.method, message.isCompressed ? stream.call.coding : .identity)
    PayloadLane.run(message.payload, in: coding, limits: limits, budget: sink.budget) { [sink] payload in
      switch payload {
      case .success(let bytes) where method == .export: sink.receive(bytes, from: .grpc) { answer(GRPCReply($0)) }
      case .success(let bytes): answer(HealthCheck.reply(to: bytes))
      case .failure(let refusal):
        _ = sink.refuse(refusal, from: .grpc)
        answer(GRPCReply(refusal))
      }
    }
  }

  private func answered(_ answer: GRPCReply, to id: HTTP2StreamID, _ stream: GRPCStream) {
    if let byteCount = stream.byteCountUnderWay {
      stream.byteCountUnderWay = nil
      share.give(byteCount)
    }
    if streams[id] === stream, stream.state == .answering { reply(to: id, answer) }
    readAgain()
  }

  /// Answers a call that the sink never sees. `isWhole` says that no more of it can come.
  private func refuse(_ id: HTTP2StreamID, _ refusal: Refusal, isWhole: Bool) {
    _ = sink.refuse(refusal, from: .grpc)
    reply(to: id, GRPCReply(refusal), isWhole: isWhole)
  }

  private func reply(to id: HTTP2StreamID, _ reply: GRPCReply, isWhole: Bool = true) {
    streams[id]?.state = .answered
    streams[id]?.deadline = .now(context) + limits.writeDeadline
    frameGuard?.requestAnswered()
    write(.headers(.init(headers: reply.head, endStream: reply.body == nil)), on: id)
    if let (message, trailers) = reply.body {
      write(.data(.init(data: .byteBuffer(message))), on: id)
      write(.headers(.init(headers: trailers, endStream: true)), on: id)
    }
    // What would still come of an answered call is of no use (RFC 9113, 8.1).
    if !isWhole { write(.rstStream(.noError), on: id) }
    flushSoon()
  }

  private func wasTakenBack(_ id: HTTP2StreamID) {
    if let stream = streams[id], stream.state == .receiving { _ = sink.refuse(.truncatedBody, from: .grpc) }
    remove(id)
  }

  private func remove(_ id: HTTP2StreamID) {
    guard streams.removeValue(forKey: id) != nil, streams.isEmpty else { return }
    deadline?.set(in: state == .serving ? limits.idleDeadline : limits.lingerDeadline)
    closeIfDone()
  }

  private func giveUpReceiving() {
    for (id, stream) in streams where stream.state == .receiving {
      _ = sink.refuse(.truncatedBody, from: .grpc)
      streams[id] = nil
    }
  }

  // MARK: - Windows

  /// The connection's window is opened wide again when half of it is used; a stream's, which most messages fit in, only
  /// as far as the rest of its message asks for. Nothing is given back for what `read` holds back.
  private func windowChanged(_ event: NIOHTTP2WindowUpdatedEvent) {
    guard let size = event.inboundWindowSize else { return }
    if event.streamID == .rootStream {
      if size <= limits.connectionWindowByteCount / 2 {
        widen(.rootStream, by: limits.connectionWindowByteCount - size)
      }
    } else if let stream = streams[event.streamID], stream.state == .receiving {
      if size <= limits.streamWindowByteCount / 2, stream.message.byteCountLeft > size {
        widen(event.streamID, by: limits.streamWindowByteCount - size)
      }
    }
  }

  private func widen(_ id: HTTP2StreamID, by byteCount: Int) {
    guard byteCount > 0 else { return }
    write(.windowUpdate(windowSizeIncrement: byteCount), on: id)
    flushSoon()
  }

  // MARK: - Writing

  private func write(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID) {
    context?.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
  }

  /// One commit answers many calls: their answers leave in one system call.
  private func flushSoon() {
    guard !isFlushDue, let context else { return }
    isFlushDue = true
    if !isReading { context.eventLoop.assumeIsolated().execute { self.flush() } }
  }

  private func flush() {
    guard isFlushDue else { return }
    isFlushDue = false
    context?.flush()
  }

  // MARK: - The end

  private func deadlinePassed() {
    switch state {
    case .lingering: close()
    case .leaving where streams.isEmpty: linger()
    case .serving where streams.isEmpty: leave()
    case .serving, .leaving: dropOverdue()
    }
  }

  private func dropOverdue() {
    let now = NIODeadline.now(context)
    for (id, stream) in streams {
      guard let deadline = stream.deadline, deadline <= now else { continue }
      if stream.state == .receiving {
        refuse(id, .timedOut, isWhole: false)
      } else {
        write(.rstStream(.cancel), on: id)
        flushSoon()
      }
    }
    flush()
    guard !streams.isEmpty else { return }
    let next = streams.values.compactMap(\.deadline).min() ?? now + limits.bodyDeadline
    deadline?.set(in: max(next - now, .milliseconds(1)))
  }

  /// Asks the peer to begin no more calls, and closes when it has heard that and those that have begun are answered
  /// (RFC 9113, 6.8).
  private func leave() {
    guard state == .serving else { return }
    state = .leaving
    if streams.isEmpty { deadline?.set(in: limits.lingerDeadline) }
    frameGuard?.announceEnd()
  }

  private func peerKnows() {
    guard state == .leaving, !isLast else { return }
    isLast = true
    sayGoodbye(.noError, "")
    closeIfDone()
  }

  private func peerLeaves() {
    guard state != .lingering else { return }
    state = .leaving
    isLast = true
    closeIfDone()
  }

  /// Called by the frame guard, which lets nothing through any more.
  func abandon(_ refusal: Refusal) {
    guard state != .lingering else { return }
    _ = sink.refuse(refusal, from: .grpc)
    giveUpReceiving()
    state = .leaving
    sayGoodbye(.enhanceYourCalm, refusal == .tooManyFrames ? "too_many_pings" : refusal.reason)
    linger()
  }

  private func sayGoodbye(_ code: HTTP2ErrorCode, _ why: String) {
    isSayingGoodbye = true
    write(
      .goAway(lastStreamID: lastStreamID, errorCode: code, opaqueData: ByteBuffer(string: why)), on: .rootStream)
    isSayingGoodbye = false
    isFlushDue = true
    flush()
  }

  private func closeIfDone() {
    if state == .leaving, isLast, streams.isEmpty { linger() }
  }

  /// Says that no more comes, and reads on until the peer has closed too.
  private func linger() {
    isFlushDue = true
    flush()
    state = .lingering
    streams = [:]
    readAgain()
    guard let context, !hasSeenEOF else { return close() }
    deadline?.set(in: limits.lingerDeadline)
    context.close(mode: .output, promise: nil)
  }

  private func close() {
    state = .lingering
    context?.close(promise: nil)
  }
}

extension NIODeadline {
  /// By the clock of the event loop, which tests turn.
  fileprivate static func now(_ context: ChannelHandlerContext?) -> NIODeadline {
    context?.eventLoop.now ?? .now()
  }
}
