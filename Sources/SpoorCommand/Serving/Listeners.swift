import Collector
import Logging
import NIOPosix
import Receivers

/// All that a collector listens on for spans.
struct Listeners {
  let configuration: ServeConfiguration
  let collector: Collector
  let logger: Logger
  private let limits: ReceiverLimits

  init(_ configuration: ServeConfiguration, collector: Collector, logger: Logger) {
    self.configuration = configuration
    self.collector = collector
    self.logger = logger
    let streams = configuration.listeners.count { $0.transport.hasConnections }
    var limits = ReceiverLimits.raisingOpenFiles(listeners: streams)
    // What can never fit is refused for good, so that nobody sends it again and again.
    limits.bodyByteCountMax = min(limits.bodyByteCountMax, collector.budget.arrivingLimit)
    self.limits = limits
  }

  /// Starts a receiver for each address; or none, and closes the collector, if one cannot start.
  func start() async throws -> [any Receiver] {
    var receivers: [any Receiver] = []
    do {
      for (transport, address) in configuration.listeners {
        let receiver = try await start(transport, at: address)
        receivers.append(receiver)
        if let warning = security(of: transport).warning(for: transport, at: receiver.boundAddress) {
          logger.warning("\(warning)")
        }
        for sentence in receiver.notices { logger.warning("\(sentence)") }
      }
      return receivers
    } catch {
      await Self.stop(receivers)
      try await collector.stop()
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
  }

  /// Stops them all at once.
  static func stop(_ receivers: [any Receiver]) async {
    await withTaskGroup { group in
      for receiver in receivers { group.addTask { await receiver.stop() } }
    }
  }

  private func start(_ transport: Transport, at address: ListenAddress) async throws(ReceiverError) -> any Receiver {
    let group = MultiThreadedEventLoopGroup.singleton
    let security = security(of: transport)
    let notice: @Sendable (String) -> Void = { [logger] in logger.warning("\($0)") }
    switch transport {
    case .grpc:
      return try await GRPCReceiver.start(
        address, sink: collector, limits: limits, security: security, group: group, onNotice: notice)
    case .zipkin:
      return try await HTTPReceiver.start(
        address, door: .zipkin, sink: collector, limits: limits, cors: configuration.cors, security: security,
        group: group, onNotice: notice)
    case .http:
      return try await HTTPReceiver.start(
        address, sink: collector, limits: limits, cors: configuration.cors, security: security, group: group,
        onNotice: notice)
    case .tcp:
      return try await TCPReceiver.start(
        address, sink: collector, limits: limits, security: security, group: group, onNotice: notice)
    case .udp: return try await UDPReceiver.start(address, sink: collector)
    case .xray: return try await UDPReceiver.start(address, .xray, sink: collector)
    }
  }

  private func security(of transport: Transport) -> ListenerSecurity {
    configuration.security[transport] ?? .none
  }
}
