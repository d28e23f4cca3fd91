import Foundation

/// Services that call each other over HTTP, each a process of its own.
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
  private let services: [PythonService]
  /// Which traces nothing, and sends nothing when it ends.
  private let bank: PythonService

  /// - Parameter compression: what the SDK's exporters are set to: `none` or `gzip`.
  static func open(
    exportingTo collector: Door, compression: String = "none", folder: TemporaryFolder
  ) async throws -> PythonShop {
    func start(
      _ name: String, calling callees: [String: Door] = [:], environment: [String: String] = [:]
    ) async throws -> PythonService {
      try await PythonService.start(
        name, exportingTo: collector, folder: folder, calling: callees,
        environment: environment.merging(["OTEL_EXPORTER_OTLP_COMPRESSION": compression]) { $1 })
    }
    let bank = try await start("bank")
    let pricing = try await start("pricing")
    let inventory = try await start("inventory")
    // One service speaks the stable semantic conventions, the others those before them, as in any real shop.
    let orders = try await start(
      "orders",
      calling: ["bank": bank.address, "pricing": pricing.address, "inventory": inventory.address],
      environment: ["OTEL_SEMCONV_STABILITY_OPT_IN": "http"])
    let storefront = try await start(
      "storefront", calling: ["orders": orders.address, "pricing": pricing.address])
    return PythonShop(
      storefront: try storefront.address, services: [storefront, orders, inventory, pricing], bank: bank)
  }

  /// Stops every service, which sends what it has not sent yet, and gives what they recorded.
  func close() async throws -> PythonRecord {
    for service in services + [bank] { service.terminate() }
    for service in services { try await service.end() }
    return try PythonRecord(files: services.map(\.record))
  }
}
