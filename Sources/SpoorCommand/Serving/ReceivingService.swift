import Collector
import Receivers
import ServiceLifecycle
import TraceModel

/// The way in as a service: receivers that are up already. Says where everybody listens, and at the end stops the
/// receivers, then the collector.
struct ReceivingService: Service {
  let collector: Collector
  let receivers: [any Receiver]
  let api: ListenAddress?
  let state: ServingState
  /// Gives the port of the API server once it is up; ends at once if it is off.
  let apiPorts: AsyncStream<Int>

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
      state.end()
      await Listeners.stop(receivers)
      defer { Console.note(collector.counters.farewell) }
      try await collector.stop()
    } catch is CancellationError {
      await Listeners.stop(receivers)
      try await collector.stop()
    } catch {
      state.fail(CommandFailure(message: "\(error)", exitCode: 2))
    }
  }
}

extension CollectorCounters {
  /// What is left to say at the end: what was stored, and what was not and why.
  fileprivate var farewell: String {
    let lost = named.filter {
      $0.value > 0
        && ["spans_lost.", "payloads_refused.", "kernel_drops."].contains { [name = $0.name] in name.hasPrefix($0) }
    }
    let list = lost.map { "\($0.name) \($0.value)" }
    return "stopped: \(spansStored) spans stored" + (list.isEmpty ? "" : "; " + list.joined(separator: ", "))
  }
}
