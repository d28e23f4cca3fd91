import Foundation

/// One of the services in `Services/`, traced by an unmodified OpenTelemetry SDK, and what it records of its own doings.
struct PythonService: Sendable {
  /// Where it serves; nil for one that only takes messages.
  let door: Door?
  let record: String
  private let program: BackgroundProgram

  /// - Parameters:
  ///   - callees: the services that it calls.
  ///   - environment: what else it has to know, its exporter's settings among it.
  static func start(
    _ name: String, exportingTo collector: Door, folder: TemporaryFolder, calling callees: [String: Door] = [:],
    environment: [String: String] = [:]
  ) async throws -> PythonService {
    let addresses = callees.map { "\"\($0)\": \"http://\($1)\"" }.joined(separator: ", ")
    let record = folder.path("\(name).jsonl")
    let program = try await BackgroundProgram.start(
      PythonShop.python ?? "python3", ["-B", PythonShop.script(name)],
      environment: [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(collector)", "RECORD": record, "CALLEES": "{\(addresses)}",
        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
      ].merging(environment) { $1 },
      readyWhen: { $0.hasPrefix("serving") })
    let port = program.lines.first { $0.hasPrefix("serving ") }?.dropFirst("serving ".count)
    return PythonService(door: port.flatMap { Door("127.0.0.1:\($0)") }, record: record, program: program)
  }

  /// Where it serves.
  var address: Door {
    get throws {
      guard let door else { throw BadEnd(exitCode: 0, errors: program.lines) }
      return door
    }
  }

  func terminate() { program.send(signal: SIGTERM) }

  /// Waits until it has sent what it had not sent yet, and is gone.
  func end() async throws {
    let exitCode = try await program.exitCode()
    guard exitCode == 0 else { throw BadEnd(exitCode: exitCode, errors: program.lines) }
  }

  struct BadEnd: Error {
    var exitCode: Int32
    var errors: [String]
  }
}
