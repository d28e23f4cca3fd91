import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Tells a connection's `ConnectionPace` how far its requests are, and answers what is no request.
final class RequestPace: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var pace: ConnectionPace?

  func handlerAdded(context: ChannelHandlerContext) {
    // It is there, because whoever adds this one has added that one before.
    do { pace = try context.pipeline.syncOperations.handler(type: ConnectionPace.self) } catch { pace = nil }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      pace?.headArrived()
      // Whoever waits for it may send what it has; what is not wanted is refused by what follows.
      if head.headerFields[.expect]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    case .body(let part): pace?.bodyArrived(part.readableBytes)
    case .end: pace?.requestEnded()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { pace?.answerWritten() }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The parser repeats its complaint for whatever follows.
    if pace?.isLingering == true { return }
    guard let error = error as? HTTPParserError, pace?.isAnswering == false else {
      return context.fireErrorCaught(error)
    }
    switch error {
    // Nobody is left to answer.
    case .invalidEOFState: context.close(promise: nil)
    case .headerOverflow:
      refuse(context, .requestHeaderFieldsTooLarge, "the header is longer than \(APILimits.headerByteCountMax) bytes")
    default: refuse(context, .badRequest, "this is no request of HTTP/1.1")
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponse.Status, _ sentence: String) {
    let body = ByteBuffer(string: "{\"error\":\"\(sentence)\"}")
    let headers: HTTPFields = [
      .contentType: "application/json; charset=utf-8", .contentLength: String(body.readableBytes), .connection: "close",
    ]
    context.write(wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: headers))), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
    pace?.linger()
  }
}
