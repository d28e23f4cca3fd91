import NIOCore
import NIOHTTP1

/// OTLP/HTTP on HTTP/1.1: `POST /v1/traces` with `application/x-protobuf` or `application/json`, as it is or compressed
/// with gzip or zstd, and answers in kind.
///
/// 200 accepted, wholly or in part · 204 to a browser whose page may send · 400 malformed · 401 no token · 403 a page that
/// may not send · 404 · 405 · 408 too slow · 413 too large · 415 another content type or coding · 503 with Retry-After
/// overloaded or unavailable. Bodies of errors are encoded google.rpc.Status messages
/// (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
package struct HTTPReceiver: Receiver {
  private let listener: StreamListener

  package let transport: Transport
  package var boundAddress: ListenAddress { listener.boundAddress }

  /// - Parameters:
  ///   - door: whose spans they are: OTLP's, or Zipkin's, of which `HTTPDoor` tells what differs.
  ///   - cors: which web pages' browsers may send.
  ///   - onNotice: is told in one line when the files of `security` changed, and when they became unusable.
  package static func start(
    _ address: ListenAddress, door: HTTPDoor = .otlp, sink: any PayloadSink,
    limits: ReceiverLimits = ReceiverLimits(), cors: CORSPolicy = .off, security: ListenerSecurity = .none,
    group: any EventLoopGroup,
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(ReceiverError) -> HTTPReceiver {
    let gatekeeper = try Gatekeeper(security, for: door.transport, onNotice: onNotice)
    let listener = try await StreamListener.start(
      door.transport, on: address, sink: sink, limits: limits, gatekeeper: gatekeeper, group: group
    ) { connection in
      try configure(
        connection.pipeline.syncOperations, sink: sink, limits: limits, budget: sink.budget, door: door, cors: cors,
        gatekeeper: gatekeeper)
    }
    return HTTPReceiver(listener: listener, transport: door.transport)
  }

  package func stop() async {
    await listener.stop()
  }

  /// Adds the handlers of one connection.
  static func configure(
    _ pipeline: ChannelPipeline.SynchronousOperations, sink: any PayloadSink, limits: ReceiverLimits,
    budget: ByteBudget, door: HTTPDoor = .otlp, cors: CORSPolicy = .off, gatekeeper: Gatekeeper? = nil
  ) throws {
    let handler = HTTPRequestHandler(
      sink: sink, limits: limits, budget: budget, door: door, cors: cors, gatekeeper: gatekeeper)
    var decoderLimits = NIOHTTPDecoderLimitConfiguration()
    decoderLimits.maxHeaderFieldSize = limits.headerFieldByteCountMax
    decoderLimits.maxHeaderListSize = limits.headerByteCountMax
    decoderLimits.maxHeaderFieldCount = limits.headerFieldsMax
    try pipeline.addHandler(ArrivalObserver(handler))
    // Errors are answered by our handler, with a Status body; what we put in headers needs no validation.
    try pipeline.configureHTTPServerPipeline(
      withErrorHandling: false, withOutboundHeaderValidation: false, withEncoderConfiguration: .init(),
      withDecoderLimitConfiguration: decoderLimits)
    try pipeline.addHandler(handler)
  }
}
