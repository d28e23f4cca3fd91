import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// Sets a connection of the API port up: its share, TLS, its deadlines, then HTTP/1.1 as Hummingbird speaks it.
struct APIConnection: HTTPChannelHandler {
  private let http: HTTP1Channel
  private let policy: APIPolicy
  private let limits: ConnectionLimits
  private let share: ConnectionShare

  init(policy: APIPolicy, limits: ConnectionLimits, responder: @escaping HTTPChannelHandler.Responder) {
    self.policy = policy
    self.limits = limits
    share = ConnectionShare(max: limits.connectionsOfAddressMax)
    http = HTTP1Channel(
      responder: responder,
      configuration: .init(
        additionalChannelHandlers: [RequestPace()],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: APILimits.headerByteCountMax, maxHeaderListSize: APILimits.headerByteCountMax,
          maxHeaderFieldCount: APILimits.headerFieldsMax)))
  }

  var responder: HTTPChannelHandler.Responder { http.responder }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    channel.eventLoop.makeCompletedFuture {
      guard share.admit(channel) else { throw ChannelError.ioOnClosedChannel }
      let context = policy.tlsContext?()
      let pipeline = channel.pipeline.syncOperations
      if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
      try pipeline.addHandler(ConnectionPace(limits: limits, isEncrypted: context != nil))
    }.flatMap {
      http.setup(channel: channel, logger: logger)
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}
