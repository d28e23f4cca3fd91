import Glibc
import RingStore

/// A folder on the real disk that goes with the last reference to it.
final class TemporaryFolder {
  let path: String

  init() {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    path = "\(parent)/spoor-ring-\(UInt64.random(in: .min ... .max))"
  }

  deinit { Self.removeTree(path) }

  func remove() { Self.removeTree(path) }

  /// What all files in it take.
  var byteCount: UInt64 { Self.byteCount(of: path) }

  private static func entries(_ path: String) -> [String] {
    do { return try DiskFileSystem().list(path).map { "\(path)/\($0)" } } catch { return [] }
  }

  private static func byteCount(of path: String) -> UInt64 {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR else { return UInt64(status.st_size) }
    return entries(path).reduce(UInt64(status.st_size)) { $0 + byteCount(of: $1) }
  }

  private static func removeTree(_ path: String) {
    for entry in entries(path) { removeTree(entry) }
    _ = unsafe Glibc.remove(path)
  }
}
