import ArgumentParser
import NIOPosix
import Receivers
import SystemPackage

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Sends spans from a file to a collector.",
    discussion: """
      Reads OTLP protobuf (one ExportTraceServiceRequest or TracesData), OTLP JSON (one document, or many, as the \
      OpenTelemetry collector's file exporter writes them) or frames (as over TCP: each request after its length in 4 \
      bytes, big-endian). Protobuf and frames are sent as they are; over UDP what is too large for a datagram is split.
      """)

  @Argument(help: ArgumentHelp("The file to send; - for standard input.", valueName: "FILE"))
  var file = "-"

  @Option(
    help: ArgumentHelp("http, https, grpc, grpcs, tcp, tcps or udp://HOST:PORT.", valueName: "URL"),
    transform: { try Destination(parsing: $0) })
  var to = Destination(.http, host: "127.0.0.1", port: 4318)

  @OptionGroup(title: "Security")
  var securityOptions: SecurityOptions

  @Option(help: "What the file holds: protobuf, json or frames (default: told by its content).")
  var input: InputForm?

  @Option(help: "How requests are compressed over http and grpc.")
  var compression = ContentCoding.identity

  func validate() throws { try to.check(compression) }

  func run() async throws {
    try await reportingFailures {
      let input = try read()
      var tally = SendingTally(of: input)
      do throws(SendingError) {
        let sender = try to.sender(
          group: MultiThreadedEventLoopGroup.singleton, compression: compression, security: securityOptions.security)
        for request in input.requests { tally.add(request, try await sender.send(request.bytes)) }
        await sender.close()
      } catch {
        throw CommandFailure(error, sendingTo: to, tally.progress(of: input.requests.count))
      }
      try Console.write(tally.summary(to: to) + "\n")
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
      default: ""
      }
    self.init(message: "cannot send to \(destination)\(place): \(error)\(advice)", exitCode: 2)
  }
}
