import ArgumentParser
import CLinux
import Collector
import FoundationEssentials
import Logging
import QueryAPI
import Receivers
import RingStore
import ServiceLifecycle
import TraceLinking
import TraceModel
import TraceQuery

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Receives spans and keeps them in a ring on disk.",
    discussion: """
      Prints a line for each listener and then "ready" to standard error. SIGTERM and SIGINT finish what was received, \
      wait up to 5 seconds for requests that are half sent, and exit with 0.

      A listener takes HOST:PORT, with port 0 for any free one, or off; those for spans also unix:PATH, and several \
      addresses with commas. What says who may enter holds for all of them that can ask; for one alone there are \
      --otlp-grpc-tls-cert, --api-token-file and so on, see --help-hidden.

      Every option but --config and --print-config can also be said by the environment (--otlp-http as \
      SPOOR_OTLP_HTTP) and by a YAML file. Flags are stronger than the environment, which is stronger than the file.
      """)

  @OptionGroup(title: "The ring") var ring: RingOptions
  @OptionGroup(title: "Listeners") var listen: ListenOptions
  @OptionGroup(title: "Who may send and ask") var security: AdmissionOptions
  @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions

  func run() async throws {
    if !configuration.printConfig { _ = unsafe clinux_restart_with_huge_pages(CommandLine.unsafeArgv) }
    // Bodies come and go by the megabyte; left alone, malloc would map and unmap each of them.
    _ = clinux_tune_malloc(64 << 20, 16 << 20, 4)
    try await reportingFailures {
      var reader = try readSources()
      let wanted: ServeConfiguration
      do throws(ConfigurationError) { wanted = try ServeConfiguration(&reader) } catch { throw CommandFailure(error) }
      if configuration.printConfig {
        try Console.write(ConfigurationText.write(reader.effective))
        return
      }
      for sentence in reader.unknownVariables { Console.warn(sentence) }
      try await serve(wanted)
    }
  }

  /// What was given on the command line.
  var flags: [SettingPlace: [String]] {
    [ring.given, listen.given, security.given, configuration.given].reduce(into: [:]) { $0.merge($1) { $1 } }
  }

  private func readSources() throws(CommandFailure) -> ConfigurationReader {
    let environment = ProcessInfo.processInfo.environment
    let path = configuration.config ?? environment[ConfigurationReader.fileVariable] ?? ""
    do throws(ConfigurationError) {
      return ConfigurationReader(
        flags: flags, environment: environment, file: path.isEmpty ? nil : try ConfigurationFile(path: path))
    } catch {
      throw CommandFailure(error)
    }
  }

  private func serve(_ wanted: ServeConfiguration) async throws {
    let logger = Logger(label: "spoor") { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = wanted.logLevel
      return handler
    }
    let policy = wanted.api == nil ? .open : try APIPolicy(wanted) { logger.warning("\($0)") }
    let lifetime = LifetimeMetrics()
    let collector = try openCollector(wanted, fold: wanted.hasSpanMetrics ? lifetime : ServiceMapFold())
    lifetime.begin(collector.catalog.snapshot)
    for notice in collector.notices { Console.note("ring: \(notice)") }
    let receivers = try await Listeners(wanted, collector: collector, logger: logger).start()
    let (apiPorts, announcePort) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingOldest(1))
    let state = ServingState()
    // Services stop from the last to the first: what comes in before what goes out.
    var services: [any Service] = []
    if let address = wanted.api {
      services.append(
        AnsweringService(
          address: address, security: wanted.apiSecurity, policy: policy, collector: collector,
          spanMetrics: wanted.hasSpanMetrics ? SpanMetricsSource(lifetime, collector.catalog) : nil, logger: logger,
          state: state
        ) { announcePort.yield($0) })
    } else {
      announcePort.finish()
    }
    services.append(HealthService(collector: collector, logger: logger))
    services.append(
      ReceivingService(
        collector: collector, receivers: receivers, api: wanted.api, state: state, apiPorts: apiPorts))
    try await ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
    ).run()
    if let failure = state.failure { throw failure }
  }

  private func openCollector(_ wanted: ServeConfiguration, fold: any SegmentFold) throws -> Collector {
    do throws(RingError) {
      return try Collector(acknowledgement: wanted.ack, limits: wanted.limits, now: { .now }) {
        (seal) throws(RingError) in
        var random = SystemRandomNumberGenerator()
        return try Ring.open(
          wanted.data, capacity: wanted.capacity?.bytes, files: DiskFileSystem(), now: { .now },
          entropy: { random.next() }, fold: fold, seal: seal)
      }
    } catch {
      throw CommandFailure(message: error.description, exitCode: 2)
    }
  }
}

extension CommandFailure {
  fileprivate init(_ error: ConfigurationError) {
    self.init(message: error.description, exitCode: 64)
  }
}
