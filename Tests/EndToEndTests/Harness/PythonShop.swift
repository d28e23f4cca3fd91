import Foundation

/// The services in `Services/`, each a process of its own, traced by an unmodified OpenTelemetry SDK.
struct PythonShop: Sendable {
  /// A Python that has what `tools/requirements.txt` names; `tools/test` makes one and sets this.
  static let python = ProcessInfo.processInfo.environment["SPOOR_PYTHON"]

  /// The path of a program in `Services/`.
  static func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Services/\(name).py").path
  }

  /// Runs one of them that ends by itself.
  static func run(_ name: String, environment: [String: String]) async throws -> Program {
    try await Program.run(
      python ?? "python3", ["-B", script(name)],
      environment: ["NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"].merging(environment) { $1 },
      within: .seconds(120))
  }

  let storefront: Door
  /// What the services recorded of their own doings, each in a file.
  private let records: [String]
  private let services: [BackgroundProgram]

  /// - Parameter compression: what the SDK's exporters are set to: `none` or `gzip`.
  static func open(
    exportingTo collector: Door, compression: String = "none", folder: TemporaryFolder
  ) async throws -> PythonShop {
    let opening = Opening(collector: collector, compression: compression, folder: folder)
    let bank = try await opening.start("bank")
    let pricing = try await opening.start("pricing")
    let inventory = try await opening.start("inventory")
    // One service speaks the stable semantic conventions, the others those before them, as in any real shop.
    let orders = try await opening.start(
      "orders", calling: ["bank": bank.door, "pricing": pricing.door, "inventory": inventory.door],
      environment: ["OTEL_SEMCONV_STABILITY_OPT_IN": "http"])
    let storefront = try await opening.start("storefront", calling: ["orders": orders.door, "pricing": pricing.door])
    return PythonShop(
      storefront: storefront.door,
      records: ["storefront", "orders", "inventory", "pricing"].map { folder.path("\($0).jsonl") },
      // In the order in which they may go: who calls before who is called.
      services: [storefront, orders, inventory, pricing, bank].map(\.program))
  }

  /// Stops every service, which sends what it has not sent yet, and gives what they recorded.
  func close() async throws -> PythonRecord {
    for service in services { service.send(signal: SIGTERM) }
    for service in services.dropLast() {
      let exitCode = try await service.exitCode()
      guard exitCode == 0 else { throw BadEnd(exitCode: exitCode, errors: service.lines) }
    }
    return try PythonRecord(files: records)
  }

  struct BadEnd: Error {
    var exitCode: Int32
    var errors: [String]
  }

  private struct Opening {
    var collector: Door
    var compression: String
    var folder: TemporaryFolder

    func start(
      _ name: String, calling callees: [String: Door] = [:], environment: [String: String] = [:]
    ) async throws -> (program: BackgroundProgram, door: Door) {
      let addresses = callees.map { "\"\($0)\": \"http://\($1)\"" }.joined(separator: ", ")
      let program = try await BackgroundProgram.start(
        PythonShop.python ?? "python3", ["-B", PythonShop.script(name)],
        environment: [
          "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(collector)", "OTEL_EXPORTER_OTLP_COMPRESSION": compression,
          "RECORD": folder.path("\(name).jsonl"),
          "CALLEES": "{\(addresses)}", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        ].merging(environment) { $1 },
        readyWhen: { $0.hasPrefix("serving ") })
      let port = program.lines.first { $0.hasPrefix("serving ") }?.dropFirst("serving ".count) ?? ""
      guard let door = Door("127.0.0.1:\(port)") else { throw BadEnd(exitCode: 0, errors: program.lines) }
      return (program, door)
    }
  }
}
