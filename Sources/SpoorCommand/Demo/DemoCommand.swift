import ArgumentParser
import NIOPosix
import TraceModel

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Plays an imaginary shop that sends its spans to a collector.",
    discussion: """
      Nine services, a database, a cache, a queue and a payment provider, with slow and failing paths; three services \
      send over each transport. Runs until stopped (Ctrl-C, SIGTERM) or until --traces are sent, then prints what it \
      sent and the IDs of some traces to look at with "spoor trace".

      Where neither --http nor --tcp nor --udp is given, all send to OTEL_EXPORTER_OTLP_ENDPOINT, if that is set.
      """)

  @Option(help: ArgumentHelp("End after this many traces (default: run until stopped).", valueName: "N"))
  var traces: Int?

  @Option(help: ArgumentHelp("Traces a second.", valueName: "N"))
  var rate = 20.0

  @Option(help: ArgumentHelp("The same seed makes the same trace IDs (default: a random one).", valueName: "N"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Where web, catalog and payment send, or off. (default: http://127.0.0.1:4318)", valueName: "http://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .http) })
  var http: DemoDestination?

  @Option(
    help: ArgumentHelp(
      "Where cart, checkout and shipping send, or off. (default: tcp://127.0.0.1:4319)", valueName: "tcp://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .tcp) })
  var tcp: DemoDestination?

  @Option(
    help: ArgumentHelp(
      "Where stock, mailer and recommendations send, or off. (default: udp://127.0.0.1:4319)",
      valueName: "udp://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .udp) })
  var udp: DemoDestination?

  @OptionGroup(title: "Security")
  var securityOptions: SecurityOptions

  func validate() throws {
    guard (traces ?? 1) >= 1 else { throw ValidationError("--traces must be 1 at least") }
    guard rate > 0, rate <= DemoLimits.rateMax else {
      throw ValidationError("--rate must be above 0, and \(Int(DemoLimits.rateMax)) at most")
    }
    guard transports(.init([:])) != nil else { throw ValidationError("--http, --tcp and --udp cannot all be off") }
  }

  func run() async throws {
    try await reportingFailures {
      let environment = ExporterEnvironment.current
      guard let transports = transports(environment) else { return }
      let stop = StopRequest()
      try await stop.watchingSignals { try await play(over: transports, environment, until: stop) }
    }
  }

  /// Without a flag, all services send to where the environment says, if it says so.
  func transports(_ environment: ExporterEnvironment) -> ShopTransports? {
    if http == nil, tcp == nil, udp == nil, let destination = environment.destination {
      return ShopTransports(all: destination)
    }
    func destination(_ flag: DemoDestination?, _ transport: Destination.Transport, port: Int) -> Destination? {
      guard let flag else { return Destination(transport, host: "127.0.0.1", port: port) }
      return flag.destination
    }
    return ShopTransports(
      http: destination(http, .http, port: 4318), tcp: destination(tcp, .tcp, port: 4319),
      udp: destination(udp, .udp, port: 4319))
  }

  private func play(
    over transports: ShopTransports, _ environment: ExporterEnvironment, until stop: StopRequest
  ) async throws {
    let senders: [ShopService: any SpanSender]
    do throws(SendingError) {
      senders = try transports.senders { destination in
        SendingPlan(
          to: destination, compression: nil, security: securityOptions.security, environment: environment)
      }
    } catch {
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
    var run = DemoRun(
      shop: Shop(seed: seed ?? UInt64.random(in: 0...UInt64.max)), rate: rate, tracesMax: traces,
      transports: transports, senders: senders, now: { .now },
      pause: { length in
        // Cut short only when the program is told to end at once.
        do { try await Task.sleep(for: .nanoseconds(length.nanoseconds)) } catch { stop.make() }
      })
    let progress = DemoProgress()
    defer { progress.clear() }
    do throws(SendingError) {
      try await run.run(until: { stop.isPending }, onProgress: progress.show)
    } catch {
      progress.clear()
      throw CommandFailure(error, sendingTo: transports, sent: run.summary)
    }
    for sender in senders.values { await sender.close() }
    progress.clear()
    try Console.write("\(run.summary)\n")
  }
}

extension CommandFailure {
  fileprivate init(_ error: SendingError, sendingTo transports: ShopTransports, sent summary: DemoSummary) {
    let advice =
      switch error {
      case .connectionRefused:
        "; start a collector with \"spoor serve\", or say where one is (or \"off\") with --http, --tcp and --udp"
      default: ""
      }
    self.init(message: "\(error)\(advice) (\(summary.counts))", exitCode: 2)
  }
}
