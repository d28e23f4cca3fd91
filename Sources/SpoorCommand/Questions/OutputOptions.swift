import ArgumentParser
import SystemPackage

/// Where an answer goes.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write to this file.", valueName: "FILE"))
  var output: String?

  /// The format asked for, else the one that the file's name ends in, else `fallback`.
  func format<Format>(
    _ format: Format?, else fallback: Format
  ) throws -> Format where Format: RawRepresentable<String> & CaseIterable {
    if let format { return format }
    guard let output, let ending = FilePath(output).extension else { return fallback }
    if let format = Format(rawValue: ending.lowercased()) { return format }
    let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("the name \(output) does not tell the format: end it in one of \(known), or say --format")
  }

  func write(_ bytes: [UInt8]) throws {
    if let output { try Console.write(bytes, to: output) } else { try Console.write(bytes) }
  }
}
