import NIOCore
import TraceModel

/// One TCP connection: cuts what it reads into frames, hands them to the sink, and writes the answers in their order.
///
/// Several frames may be under way at once. Frames are no longer taken after one that was refused or malformed, after
/// EOF and after `stop`; when all frames taken are answered, the connection then closes.
final class FrameHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private let budget: ByteBudget
  private var context: ChannelHandlerContext?
  private var frames: FrameReader
  private var answers = AnswerQueue()
  private var share: SenderShare
  /// What was read but not cut into frames, because enough frames are under way.
  private var unread: UnreadBytes
  private var takesFrames = true
  private var hasSeenEOF = false
  /// Whether the last answer is written or being written.
  private var isClosing = false
  /// Whether only the peer's EOF is waited for.
  private var isLingering = false
  /// Whether the peer may still be about to read an answer when we close.
  private var mustLinger = true
  /// Whether frames are being taken at this moment, further up on the stack.
  private var isTakingFrames = false
  private var isReadHeld = false
  private var isFlushScheduled = false
  /// Whether the deadline is that of the frame that has begun.
  private var isFrameDeadlineSet = false
  private var deadline: ConnectionDeadline?
  private var writeDeadline: ConnectionDeadline?

  init(sink: any PayloadSink, limits: ReceiverLimits, budget: ByteBudget) {
    self.sink = sink
    self.limits = limits
    self.budget = budget
    share = SenderShare(of: budget)
    unread = UnreadBytes(budget: budget)
    frames = FrameReader(limits: limits, budget: budget)
  }

  // MARK: - The connection

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in deadlinePassed() }
    writeDeadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in close() }
    deadline?.set(in: limits.frameIdleDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
    writeDeadline?.invalidate()
    stopTakingFrames()
    isClosing = true
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard takesFrames else { return }
    unread.append(unwrapInboundIn(data))
    takeFrames()
    // What stays here is memory that the sender chose.
    if !unread.charge() { refuse(.receiveMemoryFull(limit: budget.arrivingLimit)) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      hasSeenEOF = true
      if isLingering { close() } else { takeFrames() }
    case is ChannelShouldQuiesceEvent:
      if isLingering { return close() }
      mustLinger = answers.count > 0 || isFlushScheduled
      stopTakingFrames()
      takeFrames()
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// The peer is gone without an EOF.
  func channelInactive(context: ChannelHandlerContext) {
    if takesFrames, frames.isInsideFrame { _ = sink.refuse(.truncatedFrame, from: .tcp) }
    stopTakingFrames()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close()
  }

  /// Reading waits for the sink, when it has enough frames of this connection, and for a peer that does not read its
  /// answers.
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
    return !takesFrames || mayTakeFrame
  }

  private var mayTakeFrame: Bool { answers.count < limits.framesUnderWayMax && share.hasRoom }

  private func readAgain() {
    guard isReadHeld, mayRead else { return }
    isReadHeld = false
    context?.read()
  }

  private func deadlinePassed() {
    if takesFrames, frames.isInsideFrame { refuse(.timedOut) } else { close() }
  }

  // MARK: - Frames

  private func takeFrames() {
    guard !isTakingFrames else { return }
    isTakingFrames = true
    while takesFrames, mayTakeFrame, var input = unread.first {
      switch frames.next(from: &input) {
      case .needsMore: unread.removeFirst()
      case .frame(let payload):
        unread.replaceFirst(with: input)
        isFrameDeadlineSet = false
        handOver(payload)
      case .refused(let refusal): refuse(refusal)
      }
    }
    if hasSeenEOF, takesFrames, unread.isEmpty {
      if frames.isInsideFrame { refuse(.truncatedFrame) } else { stopTakingFrames() }
    }
    isTakingFrames = false
    setDeadline()
    readAgain()
    closeIfDone()
  }

  private func handOver(_ payload: ArrivedPayload) {
    guard let context else { return }
    let (number, eventLoop, byteCount) = (answers.open(), context.eventLoop, payload.bytes.readableBytes)
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    share.take(byteCount)
    PayloadLane.run(payload, limits: limits, budget: budget) { [sink] bytes in
      sink.receive(bytes, from: .tcp) { answer in
        if eventLoop.inEventLoop {
          handler.value.answered(answer, to: number, of: byteCount)
        } else {
          eventLoop.execute { handler.value.answered(answer, to: number, of: byteCount) }
        }
      }
    }
  }

  private func answered(_ answer: PayloadAnswer, to number: Int, of byteCount: Int) {
    guard context != nil, answers.fill(number, with: answer.body) else { return }
    share.give(byteCount)
    // Where the next frame begins cannot be trusted after a frame that is no request.
    if case .malformed = answer.verdict { stopTakingFrames() }
    writeAnswers()
  }

  /// Answers the frame under way in its turn, and takes no other.
  private func refuse(_ refusal: Refusal) {
    stopTakingFrames()
    _ = answers.fill(answers.open(), with: sink.refuse(refusal, from: .tcp).body)
    writeAnswers()
  }

  private func stopTakingFrames() {
    takesFrames = false
    unread.removeAll()
    frames.abandon()
  }

  // MARK: - Answers

  private func writeAnswers() {
    guard let context else { return }
    var hasWritten = false
    while let body = answers.next() {
      var frame = ByteBufferAllocator().buffer(capacity: 4 + body.count)
      frame.writeInteger(UInt32(body.count))
      frame.writeBytes(body)
      context.write(wrapOutboundOut(frame), promise: nil)
      hasWritten = true
    }
    guard hasWritten else { return }
    if !isFlushScheduled {
      // One commit answers many frames: their answers leave in one system call.
      isFlushScheduled = true
      context.eventLoop.assumeIsolated().execute {
        self.isFlushScheduled = false
        self.context?.flush()
      }
    }
    takeFrames()
  }

  private func setDeadline() {
    if takesFrames, frames.isInsideFrame {
      if !isFrameDeadlineSet { deadline?.set(in: limits.bodyDeadline) }
      isFrameDeadlineSet = true
    } else if !isClosing {
      isFrameDeadlineSet = false
      if answers.count == 0 { deadline?.set(in: limits.frameIdleDeadline) } else { deadline?.clear() }
    }
  }

  // MARK: - The end

  private func closeIfDone() {
    guard let context, !takesFrames, answers.count == 0, !isClosing, !isTakingFrames else { return }
    isClosing = true
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.closeWhenRead() }
    // A sender that reads nothing must not hold the connection.
    deadline?.set(in: limits.writeDeadline)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
  }

  /// Says that no more answers come, and reads on until the peer has closed too.
  private func closeWhenRead() {
    guard let context, mustLinger, !hasSeenEOF else { return close() }
    isLingering = true
    context.close(mode: .output, promise: nil)
    deadline?.set(in: limits.lingerDeadline)
    readAgain()
  }

  private func close() {
    isClosing = true
    context?.close(promise: nil)
  }
}
