import Foundation
import Testing

enum Checkout {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
}

/// A program that ran to its end.
struct Run {
  var status: Int32
  var output: Data
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }

  init(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws {
    // Files instead of pipes, so that neither side waits for the other.
    let folder = FileManager.default.temporaryDirectory.appending(path: "spoor-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["input", "output", "errors"].map { folder.appending(path: $0) }
    try Data(input).write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try Data(contentsOf: names[1])
    errors = String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
  }
}

/// The Python that has opentelemetry-proto, which `tools/test` prepares.
enum Python {
  static func run(_ script: String, _ arguments: [String], input: [UInt8] = []) throws -> Run {
    let python = try #require(
      ProcessInfo.processInfo.environment["SPOOR_PYTHON"],
      "SPOOR_PYTHON names no Python with opentelemetry-proto; run tools/test, which prepares one")
    return try Run(
      URL(filePath: python), ["-B", Checkout.tests.appending(path: script).path] + arguments, input: input)
  }
}
