import Foundation

/// A real server that sends no spans, with a folder and a port of its own. It is killed when nobody holds it any more.
struct BackingServer: Sendable {
  let door: Door
  private let program: BackgroundProgram
  private let stopSignal: Int32
  /// What the server cannot be without: stopped after it.
  private let helper: BackgroundProgram?

  /// Starts a server and waits for the line on standard error that says it is ready.
  /// - Parameter stopSignal: what stops it soonest in good order.
  static func start(
    _ path: String, _ arguments: [String], port: Int, environment: [String: String] = [:],
    stopSignal: Int32 = SIGTERM, helper: BackgroundProgram? = nil,
    readyWhen isReady: @escaping @Sendable (String) -> Bool
  ) async throws -> BackingServer {
    let program = try await BackgroundProgram.start(path, arguments, environment: environment, readyWhen: isReady)
    return BackingServer(door: Door(port: port), program: program, stopSignal: stopSignal, helper: helper)
  }

  /// The path of a program, of the newest version if there are several.
  /// - Parameters:
  ///   - folders: where it may be; a `*` stands for any one name.
  ///   - package: Debian's, which holds it.
  static func program(_ name: String, in folders: [String], package: String) throws -> String {
    let found = folders.flatMap { folder in
      let parts = folder.split(separator: "*", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return [folder] }
      let versions = (try? FileManager.default.contentsOfDirectory(atPath: parts[0])) ?? []
      return versions.sorted { $0.compare($1, options: .numeric) == .orderedDescending }.map {
        parts[0] + $0 + parts[1]
      }
    }.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { throw Missing(program: name, package: package) }
    return found
  }

  struct Missing: Error, CustomStringConvertible {
    var program: String
    var package: String

    var description: String { "\(program) is not here: install Debian's package \(package), as tools/test does" }
  }

  /// Stops it, and waits until it is gone.
  func stop() async throws {
    program.send(signal: stopSignal)
    _ = try await program.exitCode()
    helper?.send(signal: SIGTERM)
    _ = try await helper?.exitCode()
  }
}
