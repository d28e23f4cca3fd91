import Collector
import Glibc
import Logging
import NIOCore
import QueryAPI
import Receivers
import RingStore
import ServiceLifecycle
import TraceQuery

/// The way out as a service: the HTTP server that answers questions.
struct AnsweringService: Service {
  let address: ListenAddress
  let security: ListenerSecurity
  let policy: APIPolicy
  let collector: Collector
  /// Nil where spans are not counted for `/metrics`.
  let spanMetrics: SpanMetricsSource?
  let logger: Logger
  let state: ServingState
  let onListening: @Sendable (Int) -> Void

  func run() async throws {
    let queries = TraceQueries { [catalog = collector.catalog] () throws(RingError) in catalog.snapshot }
    let health = CollectorHealth(
      isReady: { state.isReady },
      counters: { Dictionary(uniqueKeysWithValues: collector.counters.named.map { ($0.name, $0.value) }) },
      metrics: {
        let own = CollectorMetrics.families(collector.counters, collector.catalog.snapshot.retention, .current)
        guard let spanMetrics else { return own }
        return own + TraceMetricFamilies.families(await spanMetrics.figures())
      })
    let server = QueryServer(
      queries: queries, health: health, draw: { try await Graphviz.draw($0, as: $1) }, now: { .now })
    let host = address.host.isEmpty ? "0.0.0.0" : address.host
    do {
      try await server.service(host: host, port: address.port, policy: policy, logger: logger) { port in
        let bound = ListenAddress(host: address.host, port: port)
        if let warning = security.apiWarning(at: bound) { logger.warning("\(warning)") }
        onListening(port)
      }.run()
      try await spanMetrics?.stop()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw CommandFailure(
        message: "api: \(address) is in use; stop the other program or choose another with --api HOST:PORT or off",
        exitCode: 2)
    } catch let error as IOError {
      throw CommandFailure(message: "api: cannot listen on \(address): \(error.description)", exitCode: 2)
    }
  }
}
