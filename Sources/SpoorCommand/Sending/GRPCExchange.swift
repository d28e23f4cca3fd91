import NIOCore
import NIOHPACK
import NIOHTTP2
import Receivers

/// A call on its way through an HTTP/2 connection, and the promise of its answer.
struct GRPCExchange: Sendable {
  /// As gRPC frames it.
  var message: ByteBuffer
  /// How it is compressed.
  var coding: ContentCoding
  var timeout: TimeAmount
  var answer: EventLoopPromise<GRPCAnswer>
}

/// One HTTP/2 connection of ours: makes a stream of each `GRPCExchange` and fulfils its promise, in whatever order the
/// answers come. What fails alone leaves the others be; when the server leaves, those that it has begun end first.
final class GRPCExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundIn = GRPCExchange
  typealias OutboundOut = HTTP2Frame

  private struct Call {
    var answer: EventLoopPromise<GRPCAnswer>
    var deadline: Scheduled<Void>
    var body = ByteBuffer()
  }

  /// The window of the whole connection, as RFC 9113, 6.9.2 has it.
  private static let windowByteCount = 65_535

  private let peer: Authority
  private let head: HPACKHeaders
  private let state: GRPCConnectionState
  private var calls: [HTTP2StreamID: Call] = [:]
  private var nextID = 1

  /// - Parameter head: the header of every call.
  init(peer: Authority, head: HPACKHeaders, state: GRPCConnectionState) {
    self.peer = peer
    self.head = head
    self.state = state
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    // There are no more numbers, or no more calls are taken: the next attempt makes another connection.
    guard state.takesCalls, nextID <= Int(Int32.max) else {
      state.leave()
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let (id, timeout) = (HTTP2StreamID(nextID), exchange.timeout)
    nextID += 2
    let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
      self.timedOut(id, after: timeout, context)
    }
    calls[id] = Call(answer: exchange.answer, deadline: deadline)
    let head = HTTP2Frame.FramePayload.headers(.init(headers: headers(exchange.coding)))
    context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: head)), promise: nil)
    let message = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(exchange.message), endStream: true))
    context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: message)), promise: promise)
  }

  /// The header of every call. Of `added`, which say nothing of how a call is to be read, names become lower case.
  static func head(for peer: Authority, isEncrypted: Bool, _ added: [RequestHeader]) -> HPACKHeaders {
    var headers: HPACKHeaders = [
      ":method": "POST", ":scheme": isEncrypted ? "https" : "http",
      ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export", ":authority": peer.description,
      "te": "trailers", "content-type": "application/grpc", "user-agent": "spoor",
    ]
    for header in added where !headers.contains(name: header.name) && !header.name.lowercased().hasPrefix("grpc-") {
      headers.add(name: header.name.lowercased(), value: header.value)
    }
    return headers
  }

  private func headers(_ coding: ContentCoding) -> HPACKHeaders {
    var headers = head
    if coding != .identity { headers.add(name: "grpc-encoding", value: coding.rawValue) }
    return headers
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let headers): take(headers, of: frame.streamID)
    case .data(let data):
      guard case .byteBuffer(let part) = data.data else { return }
      guard let call = calls[frame.streamID] else { return }
      guard call.body.readableBytes + part.readableBytes <= SendingLimits.answerFrameByteCountMax else {
        return fail(frame.streamID, .answerTooLarge(peer, limit: SendingLimits.answerFrameByteCountMax))
      }
      calls[frame.streamID]?.body.writeImmutableBuffer(part)
      if data.endStream { fail(frame.streamID, .malformedAnswer(peer, reason: "an answer without a status")) }
    case .goAway:
      state.leave()
      closeIfDone(context)
    default: break
    }
  }

  private func take(_ headers: HTTP2Frame.FramePayload.Headers, of id: HTTP2StreamID) {
    if let status = headers.headers.first(name: ":status"), status != "200" {
      return fail(id, .malformedAnswer(peer, reason: "HTTP status \(status)"))
    }
    guard headers.endStream, let call = calls[id] else { return }
    guard let answer = GRPCAnswer(trailers: headers.headers, body: call.body) else {
      return fail(id, .malformedAnswer(peer, reason: "not an answer of gRPC"))
    }
    calls[id] = nil
    call.deadline.cancel()
    call.answer.succeed(answer)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let event as StreamClosedEvent:
      // Reset, or never begun because the server leaves.
      fail(event.streamID, .connectionClosed(peer, duringAnswer: false))
      closeIfDone(context)
    case let event as NIOHTTP2WindowUpdatedEvent: widen(event, context)
    case let event as ChannelEvent where event == .inputClosed: context.close(promise: nil)
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// Answers are short, so that only the connection's window is ever used up.
  private func widen(_ event: NIOHTTP2WindowUpdatedEvent, _ context: ChannelHandlerContext) {
    guard event.streamID == .rootStream, let size = event.inboundWindowSize, size < Self.windowByteCount / 2 else {
      return
    }
    let update = HTTP2Frame.FramePayload.windowUpdate(windowSizeIncrement: Self.windowByteCount - size)
    context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: update)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let failure: SendingError =
      error is any NIOHTTP2Error
      ? .malformedAnswer(peer, reason: "it does not speak HTTP/2 as gRPC does: \(type(of: error))")
      : SendingError(onConnection: error, with: peer)
    failAll(failure)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    failAll(.connectionClosed(peer, duringAnswer: false))
    context.fireChannelInactive()
  }

  private func timedOut(_ id: HTTP2StreamID, after timeout: TimeAmount, _ context: ChannelHandlerContext) {
    guard calls[id] != nil else { return }
    fail(id, .timedOut(peer, after: timeout))
    context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: id, payload: .rstStream(.cancel))), promise: nil)
  }

  private func closeIfDone(_ context: ChannelHandlerContext) {
    if !state.takesCalls, calls.isEmpty { context.close(promise: nil) }
  }

  private func fail(_ id: HTTP2StreamID, _ error: SendingError) {
    guard let call = calls.removeValue(forKey: id) else { return }
    call.deadline.cancel()
    call.answer.fail(error)
  }

  private func failAll(_ error: SendingError) {
    state.leave()
    for id in calls.keys { fail(id, error) }
  }
}
