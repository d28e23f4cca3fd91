import SystemPackage

extension FileDescriptor {
  /// Opens a file, or takes standard input for `-`, and reads all of it. A pipe is read to its end.
  ///
  /// - Throws: `tooLarge` as soon as there are more bytes than `limit`.
  static func readAll(of path: String, limit: Int) throws(InputError) -> [UInt8] {
    if path == "-" { return try FileDescriptor.standardInput.readAll(limit: limit) }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch { throw .unreadable(reason: "\(error)") }
    // Nothing was written, so nothing can be lost by closing.
    defer { _ = try? file.close() }
    return try file.readAll(limit: limit)
  }

  private func readAll(limit: Int) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count: Int
      do {
        // The one way to read: swift-system has no safe one, and Foundation's opens no pipe.
        count = unsafe try chunk.withUnsafeMutableBytes { unsafe try self.read(into: $0) }
      } catch {
        throw .unreadable(reason: "\(error)")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw .tooLarge(limit: limit) }
      bytes += chunk[..<count]
    }
  }
}
