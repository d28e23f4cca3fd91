import Foundation

/// The `dot` program, which `tools/test` installs.
enum Graphviz {
  struct Result {
    var status: Int32
    var output: String
    var complaints: String
  }

  static func run(_ text: String, format: String) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (input, output) = (folder.appending(path: "map.dot"), folder.appending(path: "map.out"))
    try Data(text.utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["dot", "-T\(format)", "-o", output.path, input.path]
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let complaints = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: String(decoding: (try? Data(contentsOf: output)) ?? Data(), as: UTF8.self),
      complaints: String(decoding: complaints, as: UTF8.self))
  }
}
