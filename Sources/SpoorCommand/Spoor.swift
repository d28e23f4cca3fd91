import ArgumentParser

/// The program. Each subcommand wires rooms together and holds no logic of its own.
@main
struct Spoor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spoor",
    abstract: "Keeps the traces of many services in a ring on disk, and draws what talks to what.",
    discussion: """
      Start a collector with "spoor serve" and point an OpenTelemetry SDK at it \
      (OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318). Then ask.

      Exit codes: 0 answered, 1 nothing found, 2 could not, 64 wrong command line; "spoor ring check" also 3 and 4.
      """,
    version: "spoor \(versionNumber)",
    subcommands: [
      ServeCommand.self, TraceCommand.self, SearchCommand.self, QueryCommand.self, ServicesCommand.self,
      MapCommand.self, LatencyCommand.self, TopCommand.self, SendCommand.self, DemoCommand.self, LoadCommand.self,
      RingCommand.self,
    ])

  static let versionNumber = "0.1.0"

  /// As ArgumentParser's own, but an error is one line that begins like all others.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      // An exit code alone has been explained already.
      guard exitCode(for: error) == .validationFailure, !(error is ExitCode) else { exit(withError: error) }
      Console.warn("\(message(for: error).asOneLine); see \"spoor help\"")
      exit(withError: ExitCode.validationFailure)
    }
  }
}
