import Foundation

/// Services that use real databases, a cache and a broker, each a process of its own.
struct PythonDepot: Sendable {
  let checkout: Door
  private let services: [PythonService]
  private let servers: [BackingServer]

  static func open(exportingTo collector: Door, folder: TemporaryFolder) async throws -> PythonDepot {
    async let postgreSQL = BackingServer.postgreSQL(in: folder.path("postgresql"), databases: ["ledger", "archive"])
    async let redis = BackingServer.redis(in: folder.path("redis"))
    async let rabbitMQ = BackingServer.rabbitMQ(in: folder.path("rabbitmq"))
    let servers = try await [postgreSQL, redis, rabbitMQ]
    let opening = Opening(
      collector: collector, folder: folder,
      environment: [
        "POSTGRES": servers[0].door.description, "REDIS": servers[1].door.description,
        "RABBITMQ": servers[2].door.description, "PRICES": folder.path("prices.db"),
      ])
    // Some speak the stable semantic conventions, some half of them, the others those before.
    async let catalog = opening.start("catalog", conventions: "database")
    async let archive = opening.start("archive", conventions: "http,database")
    async let shipping = opening.start("shipping", conventions: "database")
    async let mailer = opening.start("mailer")
    async let analytics = opening.start("analytics")
    var services = try await [catalog, archive, shipping, mailer, analytics]
    let ledger = try await opening.start("ledger", calling: ["archive": services[1].address])
    services.append(ledger)
    // Last, when there is a queue for every message.
    let checkout = try await opening.start(
      "checkout", calling: ["catalog": services[0].address, "ledger": ledger.address])
    return PythonDepot(checkout: try checkout.address, services: services + [checkout], servers: servers)
  }

  /// Stops every service once it has taken all its messages and sent its spans, and gives what they recorded.
  func close() async throws -> PythonRecord {
    for service in services { service.terminate() }
    for service in services { try await service.end() }
    for server in servers { try await server.stop() }
    return try PythonRecord(files: services.map(\.record))
  }

  private struct Opening {
    var collector: Door
    var folder: TemporaryFolder
    var environment: [String: String]

    func start(
      _ name: String, calling callees: [String: Door] = [:], conventions: String? = nil
    ) async throws -> PythonService {
      var environment = environment
      environment["OTEL_SEMCONV_STABILITY_OPT_IN"] = conventions
      return try await PythonService.start(
        name, exportingTo: collector, folder: folder, calling: callees, environment: environment)
    }
  }
}
