import Glibc

/// The real files, by the system calls of Linux.
package struct DiskFileSystem: FileSystem {
  package init() {}

  package func createDirectory(_ path: String) throws(FileError) {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let slash = trimmed.lastIndex(of: "/")
    let parent = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
    if unsafe mkdir(path, 0o755) != 0 {
      if errno == EEXIST { return }
      guard errno == ENOENT, parent != "/", parent != "." else {
        throw FileError(errno, during: .createDirectory, path)
      }
      try createDirectory(parent)
      guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw FileError(errno, during: .createDirectory, path)
      }
    }
    // A power loss must not take the folder with everything that was synced in it.
    try syncDirectory(parent)
  }

  package func list(_ directory: String) throws(FileError) -> [String] {
    guard let stream = unsafe opendir(directory) else { throw FileError(errno, during: .list, directory) }
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(errno, during: .list, directory) }
    return names.sorted()
  }

  package func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    try DiskFile(path, mode)
  }

  package func rename(_ from: String, to: String) throws(FileError) {
    guard unsafe Glibc.rename(from, to) == 0 else { throw FileError(errno, during: .rename, from) }
  }

  package func remove(_ path: String) throws(FileError) {
    guard unsafe unlink(path) == 0 else { throw FileError(errno, during: .remove, path) }
  }

  package func syncDirectory(_ path: String) throws(FileError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(errno, during: .sync, path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(errno, during: .sync, path) }
  }

  package func lock(_ path: String) throws(FileError) -> any OpenFile {
    let file = try DiskFile(path, .create)
    try file.lockExclusively()
    // For the message that the next one gets; padded, so that nothing is left of a longer number.
    let holder = Array("\(getpid())".utf8)
    try file.write(holder + [UInt8](repeating: 10, count: 16 - holder.count), at: 0)
    return file
  }

  package func freeByteCount(at path: String) throws(FileError) -> UInt64 {
    var figures = statvfs()
    guard unsafe statvfs(path, &figures) == 0 else { throw FileError(errno, during: .freeSpace, path) }
    return UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize)).partialValue
  }
}
