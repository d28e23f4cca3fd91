import Foundation

extension BackingServer {
  /// PostgreSQL, which lets in the user `shop` without a password. It will not run as root, so it is another user then.
  static func postgreSQL(in folder: String, databases: [String]) async throws -> BackingServer {
    func path(_ name: String) throws -> String {
      try program(name, in: ["/usr/lib/postgresql/*/bin"], package: "postgresql")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var wrapper: [String] = []
    if getuid() == 0 {
      try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: folder)
      wrapper = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    }
    let initdb = try await Program.run(
      "/usr/bin/setpriv",
      wrapper + [
        try path("initdb"), "--pgdata", folder + "/data", "--username", "shop", "--auth", "trust", "--no-sync",
        "--locale", "C", "--encoding", "UTF8",
      ])
    guard initdb.exitCode == 0 else { throw NotMade(errors: initdb.errors) }

    let port = try await FreePort.find()
    let server = try await start(
      "/usr/bin/setpriv",
      wrapper + [
        try path("postgres"), "-D", folder + "/data", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=", "-c", "fsync=off",
      ],
      port: port, stopSignal: SIGINT, readyWhen: { $0.hasSuffix("ready to accept connections") })
    for database in databases {
      let createdb = try await Program.run(
        try path("createdb"), ["--host", "127.0.0.1", "--port", "\(port)", "--username", "shop", database])
      guard createdb.exitCode == 0 else { throw NotMade(errors: createdb.errors) }
    }
    return server
  }

  struct NotMade: Error {
    var errors: String
  }
}
