import Hummingbird
import HummingbirdCore
import Logging
import Rendering
import ServiceLifecycle
import TraceModel
import TraceQuery

/// The HTTP server that answers questions: `/ready`, `/metrics`, Spoor's own routes, and those that others' tools know.
package struct QueryServer: Sendable {
  private let questions: Questions
  private let health: CollectorHealth
  private let drawings: Drawings
  private let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - queries: what the answers are made from.
  ///   - health: how the collector is, for `ready`, `metrics` and `status`.
  ///   - draw: what lays out maps as pictures, with a bound on its time; whatever it throws says in a sentence why not.
  ///     Nil where there is nothing.
  ///   - now: the clock, for questions about "the last hour".
  package init(
    queries: TraceQueries, health: CollectorHealth, draw: MapPicture.Draw? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    questions = Questions(queries)
    self.health = health
    drawings = Drawings(draw)
    self.now = now
  }

  /// The server as a service that listens from `run()` on until a graceful shutdown.
  /// - Parameters:
  ///   - port: 0 for one that the kernel picks.
  ///   - policy: who may ask, and how.
  ///   - onListening: called once with the real port.
  package func service(
    host: String, port: Int, policy: APIPolicy = .open, limits: ConnectionLimits = ConnectionLimits(), logger: Logger,
    onListening: @escaping @Sendable (Int) -> Void
  ) -> some Service {
    Application(
      responder: responder(policy),
      server: HTTPServerBuilder { APIConnection(policy: policy, limits: limits, responder: $0) },
      configuration: .init(
        address: .hostname(host, port: port), serverName: "spoor", backlog: APILimits.connectionsWaitingMax,
        availableConnectionsDelegate: .maximum(limits.connectionsMax, logger: logger)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) }, logger: logger)
  }

  /// What answers a request, whatever it is.
  package func responder(_ policy: APIPolicy = .open) -> some HTTPResponder<BasicRequestContext> {
    Manners(router, policy: policy, doors: Doors(Self.shapes))
  }

  /// How errors are said at the paths of each API, where no route says it.
  private static let shapes: [(prefix: String, shape: ErrorShape)] =
    [
      ("/api/v1", ErrorShape { try Response(json: PrometheusError($0)) }), ("/tempo", TempoRoutes.errors),
      ("/api/echo", TempoRoutes.errors), ("/api/status/buildinfo", TempoRoutes.errors),
      ("/api/search", TempoRoutes.errors), ("/api/metrics/query", TempoRoutes.errors),
      ("/api/metrics/query_range", TempoRoutes.errors), ("/api/v2", TempoRoutes.errors),
      ("/zipkin", TempoRoutes.errors), ("/api/v3", JaegerV3Routes.errors),
    ] + JaegerRoutes.prefixes.map { (prefix: $0, shape: JaegerRoutes.errors) }

  /// Every door's routes; each has a folder of its own here.
  package var router: Router<BasicRequestContext> {
    let router = Router()
    let tempo = TempoRoutes(questions: questions, now: now)
    router.add(middleware: TempoByAccept(tempo: tempo))
    router.get("ready") { _, _ in
      health.isReady() ? Response(text: "ready\n") : Response(text: "shutting down\n", status: .serviceUnavailable)
    }
    DescriptionRoutes().add(to: router)
    SpoorRoutes(questions: questions, health: health, drawings: drawings).add(to: router)
    ZipkinRoutes(questions: questions, health: health, now: now).add(to: router)
    PrometheusRoutes(questions: questions, health: health, now: now).add(to: router)
    tempo.add(to: router)
    JaegerRoutes(questions: questions, now: now).add(to: router)
    JaegerV3Routes(questions: questions).add(to: router)
    return router
  }
}
