import Collector
import NIOPosix
import Receivers
import ServiceLifecycle
import TraceModel

/// The way in as a service: receivers that are up already. Says where everybody listens, and at the end stops the
/// receivers, then the collector.
struct ReceivingService: Service {
  let collector: Collector
  let receivers: [any Receiver]
  let api: ListenAddress?
  let readiness: Readiness
  /// Gives the port of the API server once it is up; ends at once if it is off.
  let apiPorts: AsyncStream<Int>

  /// Starts receivers for all listeners; or none, and closes the collector, if one cannot start.
  static func startReceivers(
    _ listeners: [(transport: Transport, address: ListenAddress)], for collector: Collector
  ) async throws -> [any Receiver] {
    var receivers: [any Receiver] = []
    do {
      for (transport, address) in listeners {
        receivers.append(try await start(transport, at: address, for: collector))
      }
      return receivers
    } catch {
      await stop(receivers)
      try await collector.stop()
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
  }

  func run() async throws {
    var lines = receivers.map { "listening \($0.transport) \($0.boundAddress)" }
    if let address = api {
      for await port in apiPorts {
        lines.append("listening api \(ListenAddress(host: address.host, port: port))")
        break
      }
    }
    do {
      // Cancelled here means that the API server could not start, and its error is the one to show.
      try Task.checkCancellation()
      for line in lines + ["ready"] { Console.note(line) }
      try await gracefulShutdown()
      readiness.end()
      await Self.stop(receivers)
      try await collector.stop()
      Console.note(collector.counters.farewell)
    } catch is CancellationError {
      await Self.stop(receivers)
      try await collector.stop()
    } catch {
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
  }

  private static func start(
    _ transport: Transport, at address: ListenAddress, for collector: Collector
  ) async throws -> any Receiver {
    let group = MultiThreadedEventLoopGroup.singleton
    return switch transport {
    case .http: try await HTTPReceiver.start(address, sink: collector, group: group)
    case .tcp: try await TCPReceiver.start(address, sink: collector, group: group)
    case .udp: try await UDPReceiver.start(address, sink: collector)
    case .grpc, .xray: throw CommandFailure(message: "\(transport): this build has no such listener", exitCode: 2)
    }
  }

  private static func stop(_ receivers: [any Receiver]) async {
    await withTaskGroup { group in
      for receiver in receivers { group.addTask { await receiver.stop() } }
    }
  }
}

extension CollectorCounters {
  /// What is left to say at the end: what was stored, and what was not and why.
  fileprivate var farewell: String {
    let lost = named.filter {
      $0.value > 0 && ($0.name.hasPrefix("spans_lost.") || $0.name.hasPrefix("payloads_refused."))
    }
    let list = lost.map { "\($0.name) \($0.value)" } + (kernelDrops > 0 ? ["kernel_drops \(kernelDrops)"] : [])
    return "stopped: \(spansStored) spans stored" + (list.isEmpty ? "" : "; " + list.joined(separator: ", "))
  }
}
