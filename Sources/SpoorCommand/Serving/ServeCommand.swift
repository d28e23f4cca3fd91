import ArgumentParser
import CLinux
import Collector
import Logging
import QueryAPI
import Receivers
import RingStore
import ServiceLifecycle
import TraceLinking
import TraceModel
import TraceQuery

extension Acknowledgement: ExpressibleByArgument {}

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Receives spans and keeps them in a ring on disk.",
    discussion: """
      Prints a line for each listener and then "ready" to standard error. SIGTERM and SIGINT finish what was received \
      and exit with 0.
      """)

  @Option(help: ArgumentHelp("The folder of the ring; made if it is not there.", valueName: "DIR"))
  var data = "./spoor-data"

  @Option(
    help: ArgumentHelp(
      "How much disk the ring may take, 32MiB at least (default: what the ring has, 10GiB for a new one).",
      valueName: "SIZE"))
  var capacity: ByteCount?

  @Option(help: "Answer senders once their spans are durable (fdatasync), written, or only received.")
  var ack = Acknowledgement.durable

  @Option(name: .customLong("otlp-http"), help: ArgumentHelp("OTLP/HTTP, or off.", valueName: "HOST:PORT"))
  var otlpHTTP = ListenOption.at(ListenAddress(host: "127.0.0.1", port: 4318))

  @Option(help: ArgumentHelp("OTLP requests as UDP datagrams, or off.", valueName: "HOST:PORT"))
  var udp = ListenOption.at(ListenAddress(host: "127.0.0.1", port: 4319))

  @Option(help: ArgumentHelp("OTLP requests as TCP frames, or off.", valueName: "HOST:PORT"))
  var tcp = ListenOption.at(ListenAddress(host: "127.0.0.1", port: 4319))

  @Option(help: ArgumentHelp("The HTTP server that answers questions, or off.", valueName: "HOST:PORT"))
  var api = ListenOption.at(ListenAddress(host: "127.0.0.1", port: 16686))

  func run() async throws {
    // Bodies come and go by the megabyte; left alone, malloc would map and unmap each of them.
    _ = clinux_tune_malloc(64 << 20, 64 << 20)
    try await reportingFailures {
      let collector = try openCollector()
      for notice in collector.notices { Console.note("ring: \(notice)") }
      let receivers = try await ReceivingService.startReceivers(
        [(.http, otlpHTTP), (.tcp, tcp), (.udp, udp)], for: collector)
      let logger = Logger(label: "spoor") { label in
        var handler = StreamLogHandler.standardError(label: label)
        handler.logLevel = .warning
        return handler
      }
      let (apiPorts, announcePort) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingOldest(1))
      // Services stop from the last to the first: what comes in before what goes out.
      var services: [any Service] = []
      if case .at(let address) = api {
        services.append(
          AnsweringService(address: address, collector: collector, logger: logger) { announcePort.yield($0) })
      } else {
        announcePort.finish()
      }
      services.append(
        ReceivingService(collector: collector, receivers: receivers, api: api, apiPorts: apiPorts))
      try await ServiceGroup(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
      ).run()
    }
  }

  private func openCollector() throws -> Collector {
    do throws(RingError) {
      return try Collector(acknowledgement: ack, now: { .now }) { (seal) throws(RingError) in
        var random = SystemRandomNumberGenerator()
        return try Ring.open(
          data, capacity: capacity?.bytes, files: DiskFileSystem(), now: { .now },
          entropy: { random.next() }, fold: ServiceMapFold(), seal: seal)
      }
    } catch {
      throw CommandFailure(message: error.description, exitCode: 2)
    }
  }
}
