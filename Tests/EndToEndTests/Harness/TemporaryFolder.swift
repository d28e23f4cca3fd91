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

  /// What the files and folders under a path take on the disk, as `du` counts it, or as long as they say they are if that
  /// is more.
  static func diskUse(under path: String) -> Int {
    let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return ([path] + inside.map { path + "/" + $0 }).reduce(0) { sum, file in
      var status = stat()
      guard unsafe lstat(file, &status) == 0 else { return sum }
      let isFile = status.st_mode & S_IFMT == S_IFREG
      return sum + max(Int(status.st_blocks) * 512, isFile ? Int(status.st_size) : 0)
    }
  }
}
