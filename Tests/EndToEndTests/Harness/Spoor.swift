import Foundation

/// The real `spoor`: SPOOR_BINARY, or else the one that was built beside these tests.
enum Spoor {
  static let path =
    ProcessInfo.processInfo.environment["SPOOR_BINARY"]
    ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "spoor").path

  static func run(_ arguments: String..., within limit: Duration = .seconds(60)) async throws -> Program {
    try await Program.run(path, arguments, within: limit)
  }

  /// The answer to a question that must have one.
  static func ask(_ arguments: String...) async throws -> Data {
    let answer = try await Program.run(path, arguments)
    guard answer.exitCode == 0 else { throw Unanswered(arguments: arguments, answer: answer) }
    return answer.output
  }

  static func askJSON(_ arguments: String...) async throws -> JSONValue {
    let answer = try await Program.run(path, arguments + ["--format", "json"])
    guard answer.exitCode == 0 else { throw Unanswered(arguments: arguments, answer: answer) }
    return try JSONValue(parsing: answer.output)
  }

  struct Unanswered: Error {
    var arguments: [String]
    var answer: Program
  }
}
