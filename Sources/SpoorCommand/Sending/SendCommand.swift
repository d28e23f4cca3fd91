import ArgumentParser
import NIOPosix
import SystemPackage

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Sends spans from a file to a collector.",
    discussion: """
      Reads OTLP protobuf (one ExportTraceServiceRequest or TracesData), OTLP JSON (one document, or many, as the \
      OpenTelemetry collector's file exporter writes them) or frames (as over TCP: each request after its length in 4 \
      bytes, big-endian). Protobuf and frames are sent as they are; over UDP what is too large for a datagram is split.

      Where no option says so, OTEL_EXPORTER_OTLP_ENDPOINT and its siblings say where and how to send, as they do to SDKs.
      """)

  @Argument(help: ArgumentHelp("The file to send; - for standard input.", valueName: "FILE"))
  var file = "-"

  @OptionGroup
  var sendingOptions: SendingOptions

  @OptionGroup(title: "Security")
  var securityOptions: SecurityOptions

  @Option(help: "What the file holds: protobuf, json or frames (default: told by its content).")
  var input: InputForm?

  func run() async throws {
    try await reportingFailures {
      let input = try read()
      let plan = sendingOptions.plan(securityOptions)
      var tally = SendingTally(of: input)
      do throws(SendingError) {
        let sender = try plan.sender(group: MultiThreadedEventLoopGroup.singleton)
        for request in input.requests { tally.add(request, try await sender.send(request.bytes)) }
        await sender.close()
      } catch {
        throw CommandFailure(error, sendingTo: plan.destination, tally.progress(of: input.requests.count))
      }
      try Console.write(tally.summary(to: plan.destination) + "\n")
    }
  }

  private func read() throws(CommandFailure) -> SpanInput {
    do throws(InputError) {
      let bytes = try FileDescriptor.readAll(of: file, limit: SendingLimits.inputByteCountMax)
      return try SpanInput(bytes, as: input ?? InputForm(detecting: bytes))
    } catch {
      throw CommandFailure(message: "\(file == "-" ? "standard input" : file) \(error)", exitCode: 2)
    }
  }
}

extension CommandFailure {
  /// - Parameter place: how far sending had come, with a space before it.
  init(_ error: SendingError, sendingTo destination: Destination, _ place: String = "") {
    let advice =
      switch error {
      case .connectionRefused: "; start a collector with \"spoor serve\", or name another one"
      // With TLS 1.3 a collector refuses a certificate after the handshake; what says so may be lost with the connection.
      case .connectionClosed(_, duringAnswer: false) where destination.isEncrypted:
        "; if it asks for a certificate, name one with --cert-file and --key-file"
      default: ""
      }
    self.init(message: "cannot send to \(destination)\(place): \(error)\(advice)", exitCode: 2)
  }
}
