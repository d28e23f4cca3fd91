import Collector
import NIOPosix
import Receivers
import ServiceLifecycle
import TraceModel

/// The way in as a service: starts the receivers, says where they listen, and at the end stops them, then the collector.
struct ReceivingService: Service {
  let collector: Collector
  let listeners: [(Transport, ListenOption)]
  let api: ListenOption
  /// Gives the port of the API server once it is up; ends at once if it is off.
  let apiPorts: AsyncStream<Int>

  func run() async throws {
    var receivers: [any Receiver] = []
    do {
      for case (let transport, .at(let address)) in listeners {
        receivers.append(try await start(transport, at: address))
      }
      for receiver in receivers { Console.note("listening \(receiver.transport) \(receiver.boundAddress)") }
      if case .at(let address) = api {
        for await port in apiPorts {
          Console.note("listening api \(ListenAddress(host: address.host, port: port))")
          break
        }
      }
      if !Task.isCancelled {
        Console.note("ready")
        try await gracefulShutdown()
      }
    } catch is CancellationError {
      // Another service could not start, and its error is the one to show.
    } catch {
      await stop(receivers)
      try await collector.stop()
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
    await stop(receivers)
    do {
      try await collector.stop()
    } catch {
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
    Console.note(collector.counters.farewell)
  }

  private func start(_ transport: Transport, at address: ListenAddress) async throws -> any Receiver {
    let group = MultiThreadedEventLoopGroup.singleton
    return switch transport {
    case .http: try await HTTPReceiver.start(address, sink: collector, group: group)
    case .tcp: try await TCPReceiver.start(address, sink: collector, group: group)
    case .udp: try await UDPReceiver.start(address, sink: collector)
    }
  }

  private func stop(_ receivers: [any Receiver]) async {
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
