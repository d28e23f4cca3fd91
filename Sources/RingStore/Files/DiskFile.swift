import Glibc

/// A file descriptor with its path for errors; closed when the last reference goes.
final class DiskFile: OpenFile {
  private let descriptor: Int32
  private let path: String

  init(_ path: String, _ mode: FileMode) throws(FileError) {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .write: O_RDWR
      case .create: O_RDWR | O_CREAT
      }
    self.path = path
    descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(errno, during: .open, path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func byteCount() throws(FileError) -> UInt64 {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(errno, during: .size, path) }
    return UInt64(max(0, status.st_size))
  }

  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let place = off_t(clamping: offset + UInt64(filled))
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let got = unsafe pread(descriptor, rest.baseAddress, rest.count, place)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    guard code == 0 else { throw FileError(code, during: .read, path) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
    var code: Int32 = 0
    unsafe bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let place = off_t(clamping: offset + UInt64(written))
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
        let put = unsafe pwrite(descriptor, rest.baseAddress, rest.count, place)
        if put < 0 && errno == EINTR { continue }
        guard put > 0 else {
          code = put < 0 ? errno : EIO
          return
        }
        written += put
      }
    }
    guard code == 0 else { throw FileError(code, during: .write, path) }
  }

  func syncData() throws(FileError) {
    // No second attempt, whatever the error: Linux tells of a lost write once.
    guard fdatasync(descriptor) == 0 else { throw FileError(errno, during: .sync, path) }
  }

  func dropCache() {
    // Advice: where it is not taken, a reader sees bytes that the next start may not find, and no checksum is wrong.
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
  }

  func isDeleted() throws(FileError) -> Bool {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(errno, during: .size, path) }
    return status.st_nlink == 0
  }

  func allocate(byteCount: UInt64) throws(FileError) {
    var code = EINTR
    while code == EINTR { code = posix_fallocate(descriptor, 0, off_t(clamping: byteCount)) }
    guard code == 0 else { throw FileError(code, during: .allocate, path) }
  }

  func lockExclusively() throws(FileError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw FileError(errno, during: .lock, path) }
  }
}
