import NIOCore
import NIOHTTP2
import NIOPosix

/// OTLP/gRPC: unary `TraceService/Export` over HTTP/2, and the standard health service
/// (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
///
/// OK accepted, wholly or in part · INVALID_ARGUMENT malformed · UNAVAILABLE with RetryInfo overloaded or unavailable ·
/// RESOURCE_EXHAUSTED too large · UNIMPLEMENTED another method or compression · INTERNAL not framed as gRPC frames ·
/// DEADLINE_EXCEEDED too slow · UNAUTHENTICATED without a known token · HTTP 415 not gRPC at all.
package struct GRPCReceiver: Receiver {
  private let listener: StreamListener

  package var transport: Transport { .grpc }
  package var boundAddress: ListenAddress { listener.boundAddress }

  /// - Parameter onNotice: is told in one line when the files of `security` changed, and when they became unusable.
  package static func start(
    _ address: ListenAddress, sink: any PayloadSink, limits: ReceiverLimits = ReceiverLimits(),
    security: ListenerSecurity = .none, group: any EventLoopGroup,
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(ReceiverError) -> GRPCReceiver {
    let gatekeeper = try Gatekeeper(security, for: .grpc, onNotice: onNotice)
    let listener = try await StreamListener.start(
      .grpc, on: address, sink: sink, limits: limits, gatekeeper: gatekeeper, group: group
    ) { connection in
      // One read is parsed to its end before another connection has its turn, and may hold thousands of small frames.
      try connection.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
      try connection.syncOptions?.setOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 256 << 10))
      try configure(connection.pipeline.syncOperations, sink: sink, limits: limits, gatekeeper: gatekeeper)
    }
    return GRPCReceiver(listener: listener)
  }

  package func stop() async {
    await listener.stop()
  }

  /// Adds the handlers of one connection.
  static func configure(
    _ pipeline: ChannelPipeline.SynchronousOperations, sink: any PayloadSink, limits: ReceiverLimits,
    gatekeeper: Gatekeeper? = nil
  ) throws {
    try pipeline.addHandler(
      PrefaceHandler(sink: sink, limits: limits) { pipeline in
        try configureHTTP2(pipeline, sink: sink, limits: limits, gatekeeper: gatekeeper)
      })
  }

  /// Adds the handlers of one connection that has begun as HTTP/2 does.
  private static func configureHTTP2(
    _ pipeline: ChannelPipeline.SynchronousOperations, sink: any PayloadSink, limits: ReceiverLimits,
    gatekeeper: Gatekeeper?
  ) throws {
    let connection = GRPCConnection(sink: sink, limits: limits, gatekeeper: gatekeeper)
    let frameGuard = FrameGuard(connection, limits: limits)
    connection.frameGuard = frameGuard
    let http2 = NIOHTTP2Handler(
      mode: .server, frameDelegate: connection, connectionConfiguration: .init(limits),
      streamConfiguration: .init(limits))
    try pipeline.addHandlers([frameGuard, http2, connection])
  }
}

extension NIOHTTP2Handler.ConnectionConfiguration {
  fileprivate init(_ limits: ReceiverLimits) {
    self.init()
    initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnectionMax),
      HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowByteCount),
      HTTP2Setting(parameter: .maxFrameSize, value: limits.dataFrameByteCountMax),
      HTTP2Setting(parameter: .maxHeaderListSize, value: limits.http2HeaderByteCountMax),
    ]
    // All that were open may be reset at once, with frames of theirs still on the way.
    maximumRecentlyResetStreams = 2 * limits.streamsPerConnectionMax
    maximumSequentialEmptyDataFrames = 16
    maximumBufferedControlFrames = 4096
    // FrameGuard judges these by what the connection achieves. By NIO's own measure, 200 in 30 s, a busy Go client would
    // be cut, which sends a PING with each answer that it reads, to learn about the network.
    controlFrameRateLimit.maximumCount = 2000
    controlFrameRateLimit.windowLength = .milliseconds(100)
  }
}

extension NIOHTTP2Handler.StreamConfiguration {
  fileprivate init(_ limits: ReceiverLimits) {
    self.init()
    streamResetFrameRateLimit.maximumCount = limits.streamResetsMax
    streamResetFrameRateLimit.windowLength = .seconds(30)
  }
}
