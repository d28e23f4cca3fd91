import Glibc
import NIOCore

/// The file by which a Unix socket is found. It stays when its process dies, so who comes next has to tell it from one
/// that somebody listens at; and who stops must not take away another's.
struct UnixSocketFile: Sendable {
  /// Who is at a path.
  enum Occupant {
    /// Nobody now.
    case nobody
    case listener
    case otherFile
  }

  let path: String

  /// Removes the file if it is a socket at which nobody listens, and says who is there then. Two who start at the same
  /// moment may both find nobody; then the second `bind` fails.
  @discardableResult
  func clear() throws -> Occupant {
    let address = try SocketAddress(unixDomainSocketPath: path)
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return .nobody }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .otherFile }
    let probe = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    defer { close(probe) }
    // Refused means that no socket is bound to the file; one of another kind than the probe answers with EPROTOTYPE.
    let result = unsafe address.withSockAddr { (pointer, length) in
      unsafe connect(probe, pointer, socklen_t(length))
    }
    guard result != 0, errno == ECONNREFUSED else { return .listener }
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw IOError(errnoCode: errno, reason: "unlink") }
    return .nobody
  }

  /// To be called when one's own socket is closed. A file that cannot be removed stays, and does no harm.
  func removeIfDeserted() {
    do { try clear() } catch { return }
  }
}
