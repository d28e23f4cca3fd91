import Foundation

extension BackingServer {
  /// Redis, which writes nothing to disk.
  static func redis(in folder: String) async throws -> BackingServer {
    let path = try program("redis-server", in: ["/usr/bin"], package: "redis-server")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let port = try await FreePort.find()
    return try await start(
      path,
      ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--logfile", "/dev/stderr"],
      port: port, readyWhen: { $0.contains("Ready to accept connections") })
  }
}
