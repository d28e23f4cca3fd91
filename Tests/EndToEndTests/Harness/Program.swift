import Foundation
import Subprocess
import SystemPackage

/// A program that ran to its end.
struct Program: Sendable {
  /// For a program that a signal ended, 128 and the signal's number, as in a shell.
  var exitCode: Int32
  var output: Data
  /// What it wrote to standard error.
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }

  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// Runs a program and waits for its end; past the limit it is killed.
  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    within limit: Duration = .seconds(60)
  ) async throws -> Program {
    let program = try await withThrowingTaskGroup(of: Program?.self) { group in
      group.addTask {
        let run = try await Subprocess.run(
          .path(FilePath(path)), arguments: Arguments(arguments), environment: .ours(with: environment),
          platformOptions: .untilKilled,
          output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 20))
        return Program(
          exitCode: run.terminationStatus.exitCode, output: Data(run.standardOutput), errors: run.standardError)
      }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    guard let program else { throw TooSlow(arguments: arguments, limit: limit) }
    return program
  }

  struct TooSlow: Error {
    var arguments: [String]
    var limit: Duration
  }
}

extension Environment {
  /// Ours, but for what would configure a collector behind a test's back, and with these.
  static func ours(with added: [String: String] = [:]) -> Environment {
    let configuring = ProcessInfo.processInfo.environment.keys.filter {
      $0.hasPrefix("SPOOR_") || $0.hasPrefix("OTEL_")
    }
    let changes = configuring.map { ($0, String?.none) } + added.map { ($0, Optional($1)) }
    let keyed = changes.map { (Environment.Key(stringLiteral: $0), $1) }
    return .inherit.updating(Dictionary(keyed) { $1 })
  }
}

extension PlatformOptions {
  /// A program that nobody waits for any more is killed at once.
  static var untilKilled: PlatformOptions {
    var options = PlatformOptions()
    options.teardownSequence = []
    return options
  }
}

extension TerminationStatus {
  var exitCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}
