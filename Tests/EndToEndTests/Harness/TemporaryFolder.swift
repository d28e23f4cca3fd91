import Foundation

/// A folder of a test's own, gone when nobody holds it any more.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "spoor-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// Where a file or folder of this name would be.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file and says where it is.
  func file(_ name: String, _ content: String) throws -> String {
    try content.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// The sizes of all files under a path, added up. A file that goes away meanwhile counts nothing.
  static func byteCount(under path: String) -> Int {
    let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return files.reduce(0) { sum, file in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + file)
      guard attributes?[.type] as? FileAttributeType == .typeRegular else { return sum }
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }
}
