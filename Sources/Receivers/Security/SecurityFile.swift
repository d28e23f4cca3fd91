import CLinux
import Glibc
import NIOCore

/// Reads a file that says who may send. Behind this, the only unsafe code here, stands a C shim that opens regular
/// files alone: a pipe would make an event loop wait.
enum SecurityFile {
  /// - Throws: `unusableFile`.
  @Sendable static func read(_ path: String, for name: ListenerName) throws(ReceiverError) -> [UInt8] {
    let limit = ReceiverLimits.securityFileByteCountMax
    var result = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      result = unsafe clinux_read_file(path, buffer.baseAddress, buffer.count)
      count = max(0, result)
    }
    // Not the whole capacity, which stays reserved as long as the array lives.
    if result >= 0 { return Array(bytes[...]) }
    let problem =
      switch Int32(-result) {
      case EFBIG: "it is longer than \(limit) bytes"
      case EISDIR, ESPIPE: "it is not a file"
      case ENOENT: "there is no such file"
      case EACCES: "this user may not read it"
      case let code: "\(IOError(errnoCode: code, reason: "read"))"
      }
    throw .unusableFile(path, name, problem: problem)
  }
}
