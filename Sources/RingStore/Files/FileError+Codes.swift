import Glibc

extension FileError {
  /// Nothing of that name.
  var isMissing: Bool { code == ENOENT }
  /// The lock belongs to another.
  var isLocked: Bool { code == EWOULDBLOCK }
  /// The process may not, or the file system is mounted read-only.
  var isForbidden: Bool { code == EACCES || code == EPERM || code == EROFS }
  var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
  /// The medium could not give back what it holds.
  var isMediumError: Bool { code == EIO }
  var isNotDirectory: Bool { code == ENOTDIR }

  /// The operating system's own words, as in strerror(3).
  var reason: String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
