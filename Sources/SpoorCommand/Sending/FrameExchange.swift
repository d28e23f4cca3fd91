import NIOCore
import OTLPCodec

/// A request on its way through a TCP connection, and the promise of its answer.
struct FrameExchange: Sendable {
  var request: ByteBuffer
  var timeout: TimeAmount
  var answer: EventLoopPromise<SendingResult>
}

/// Cuts answers out of the stream: 4 bytes of length, big-endian, and as many bytes.
struct AnswerFrameDecoder: ByteToMessageDecoder {
  typealias InboundOut = ByteBuffer

  let peer: Authority

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return .needMoreData }
    guard length <= SendingLimits.answerFrameByteCountMax else {
      throw SendingError.malformedAnswer(peer, reason: "a frame of \(length) bytes")
    }
    guard buffer.readableBytes >= 4 + Int(length) else { return .needMoreData }
    buffer.moveReaderIndex(forwardBy: 4)
    guard let frame = buffer.readSlice(length: Int(length)) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(frame))
    return .continue
  }

  mutating func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }
}

/// One TCP connection of ours: writes requests as frames; the answers come in the same order.
/// After the first failure nothing tells which answer is whose, so all that wait fail and the connection closes.
final class FrameExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = FrameExchange
  typealias OutboundOut = ByteBuffer

  private let peer: Authority
  private var waiting = CircularBuffer<(answer: EventLoopPromise<SendingResult>, deadline: Scheduled<Void>)>()

  init(peer: Authority) {
    self.peer = peer
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    let timeout = exchange.timeout
    let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
      self.fail(.timedOut(self.peer, after: timeout), context)
    }
    waiting.append((exchange.answer, deadline))
    var header = context.channel.allocator.buffer(capacity: 4)
    header.writeInteger(UInt32(exchange.request.readableBytes))
    context.write(wrapOutboundOut(header), promise: nil)
    context.write(wrapOutboundOut(exchange.request), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    let response: (rejectedSpans: Int, message: String)
    do throws(DecodeError) {
      response = try ExportResponse.decode(Array(frame.readableBytesView))
    } catch {
      return fail(.malformedAnswer(peer, reason: "\(error)"), context)
    }
    guard let (answer, deadline) = waiting.popFirst() else {
      return fail(.malformedAnswer(peer, reason: "an answer to nothing"), context)
    }
    deadline.cancel()
    if response.rejectedSpans == 0, !response.message.isEmpty {
      // Over TCP, words without a number of spans are an error: nothing was stored.
      answer.fail(SendingError.frameRefused(peer, message: response.message))
    } else {
      answer.succeed(SendingResult(response))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(SendingError(onConnection: error, with: peer), context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // No more answers will come.
    if case .inputClosed = event as? ChannelEvent { fail(.connectionClosed(peer, duringAnswer: false), context) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.connectionClosed(peer, duringAnswer: false), context)
    context.fireChannelInactive()
  }

  private func fail(_ error: SendingError, _ context: ChannelHandlerContext) {
    let failed = waiting
    waiting.removeAll()
    context.close(promise: nil)
    for (answer, deadline) in failed {
      deadline.cancel()
      answer.fail(error)
    }
  }
}
