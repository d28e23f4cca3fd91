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
      """)

  @Option(help: ArgumentHelp("End after this many traces (default: run until stopped).", valueName: "N"))
  var traces: Int?

  @Option(help: ArgumentHelp("Traces a second.", valueName: "N"))
  var rate = 20.0

  @Option(help: ArgumentHelp("The same seed makes the same trace IDs (default: a random one).", valueName: "N"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("Where web, catalog and payment send, or off.", valueName: "http://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .http) })
  var http = DemoDestination.at(Destination(.http, host: "127.0.0.1", port: 4318))

  @Option(
    help: ArgumentHelp("Where cart, checkout and shipping send, or off.", valueName: "tcp://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .tcp) })
  var tcp = DemoDestination.at(Destination(.tcp, host: "127.0.0.1", port: 4319))

  @Option(
    help: ArgumentHelp("Where stock, mailer and recommendations send, or off.", valueName: "udp://HOST:PORT"),
    transform: { try DemoDestination(parsing: $0, for: .udp) })
  var udp = DemoDestination.at(Destination(.udp, host: "127.0.0.1", port: 4319))

  @OptionGroup(title: "Security")
  var securityOptions: SecurityOptions

  func validate() throws {
    guard (traces ?? 1) >= 1 else { throw ValidationError("--traces must be 1 at least") }
    guard rate > 0, rate <= DemoLimits.rateMax else {
      throw ValidationError("--rate must be above 0, and \(Int(DemoLimits.rateMax)) at most")
    }
    guard transports != nil else { throw ValidationError("--http, --tcp and --udp cannot all be off") }
  }

  func run() async throws {
    try await reportingFailures {
      guard let transports else { return }
      let stop = StopRequest()
      try await stop.watchingSignals { try await play(over: transports, until: stop) }
    }
  }

  private var transports: ShopTransports? {
    ShopTransports(http: http.destination, tcp: tcp.destination, udp: udp.destination)
  }

  private func play(over transports: ShopTransports, until stop: StopRequest) async throws {
    let senders: [ShopService: any SpanSender]
    do throws(SendingError) {
      senders = try transports.senders(
        group: MultiThreadedEventLoopGroup.singleton, security: securityOptions.security)
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
