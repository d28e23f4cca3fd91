import NIOCore
import NIOTLS

/// Closes a connection whose peer takes too long: for its handshake, a header, a body, or to read its answers.
///
/// ```
///  handshaking ──▶ idle ──first byte──▶ header ──head──▶ body ──end──▶ answering ──answer──▶ idle
/// ```
/// Stands behind TLS and before the parser, where it sees bytes come; `RequestPace` behind the parser tells it of requests.
final class ConnectionPace: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private enum Stage {
    case handshaking
    case idle
    case header
    case body
    case answering
    /// The last answer has been written; only the peer's end is waited for.
    case lingering
  }

  private let limits: ConnectionLimits
  private var stage: Stage
  private var deadline: Scheduled<Void>?
  private var writeCheck: Scheduled<Void>?
  /// Requests whose header has come and whose answer has not been written.
  private var requestsUnderWay = 0
  private var bodyByteCount = 0
  private var context: ChannelHandlerContext?

  init(limits: ConnectionLimits, isEncrypted: Bool) {
    self.limits = limits
    stage = isEncrypted ? .handshaking : .idle
  }

  // MARK: - What RequestPace tells

  var isAnswering: Bool { requestsUnderWay > 0 }
  var isLingering: Bool { stage == .lingering }

  func headArrived() {
    requestsUnderWay += 1
    bodyByteCount = 0
    stage = .body
    // A pipelined request is not read on before the one in front of it is answered.
    if requestsUnderWay == 1 { setDeadline(limits.body) } else { clearDeadline() }
  }

  func bodyArrived(_ byteCount: Int) {
    bodyByteCount += byteCount
    if bodyByteCount > APILimits.bodyByteCountMax { close() }
  }

  func requestEnded() {
    guard stage == .body else { return }
    if requestsUnderWay == 0 { becomeIdle() } else { stage = .answering }
    if stage == .answering { clearDeadline() }
  }

  func answerWritten() {
    requestsUnderWay -= 1
    switch stage {
    case .answering where requestsUnderWay == 0: becomeIdle()
    case .body: setDeadline(limits.body)
    default: break
    }
  }

  /// Nothing of what still comes is looked at.
  func linger() {
    stage = .lingering
    setDeadline(limits.linger)
  }

  // MARK: - The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    setDeadline(stage == .handshaking ? limits.header : limits.idle)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    clearDeadline()
    writeCheck?.cancel()
    writeCheck = nil
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch stage {
    case .lingering: return
    case .idle, .handshaking:
      stage = .header
      setDeadline(limits.header)
    case .header, .body, .answering: break
    }
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent, stage == .handshaking { becomeIdle() }
    if case .inputClosed? = event as? ChannelEvent, stage == .lingering { close() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    writeCheck?.cancel()
    writeCheck = nil
    if !context.channel.isWritable { watchWriting(unwrittenByteCount) }
    context.fireChannelWritabilityChanged()
  }

  // MARK: - Deadlines

  private func becomeIdle() {
    stage = .idle
    setDeadline(limits.idle)
  }

  private func setDeadline(_ amount: TimeAmount) {
    clearDeadline()
    let unwritten = unwrittenByteCount
    deadline = context?.eventLoop.assumeIsolated().scheduleTask(in: amount) { self.deadlinePassed(unwritten) }
  }

  private func clearDeadline() {
    deadline?.cancel()
    deadline = nil
  }

  /// - Parameter unwritten: what had not been written when the deadline was set.
  private func deadlinePassed(_ unwritten: Int) {
    deadline = nil
    // The last answer may still be on its way to somebody who reads it slowly, which the other deadline is for.
    if stage == .idle, context?.channel.isWritable == false || (1..<max(unwritten, 1)).contains(unwrittenByteCount) {
      return setDeadline(limits.idle)
    }
    close()
  }

  private func watchWriting(_ unwritten: Int) {
    writeCheck = context?.eventLoop.assumeIsolated().scheduleTask(in: limits.write) {
      let left = self.unwrittenByteCount
      if unwritten - left < self.limits.writtenByteCountMin { self.close() } else { self.watchWriting(left) }
    }
  }

  private var unwrittenByteCount: Int {
    do { return try context?.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0 } catch { return 0 }
  }

  private func close() {
    context?.close(promise: nil)
  }
}
