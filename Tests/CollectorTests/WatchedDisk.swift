import RingStore
import Synchronization

/// The real disk, with its syncs counted and, when told so, failing.
final class WatchedDisk: FileSystem {
  private let disk = DiskFileSystem()
  private let syncs = Atomic(0)
  private let isFailing = Atomic(false)

  var syncCount: Int { syncs.load(ordering: .relaxed) }

  /// From now on every sync of data fails, as on a disk that is broken.
  func breakDown() { isFailing.store(true, ordering: .relaxed) }

  fileprivate func countSync(_ path: String) throws(FileError) {
    syncs.add(1, ordering: .relaxed)
    if isFailing.load(ordering: .relaxed) { throw FileError(5, during: .sync, path) }
  }

  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    WatchedFile(try disk.open(path, mode), path, of: self)
  }

  func createDirectory(_ path: String) throws(FileError) { try disk.createDirectory(path) }
  func list(_ directory: String) throws(FileError) -> [String] { try disk.list(directory) }
  func rename(_ from: String, to: String) throws(FileError) { try disk.rename(from, to: to) }
  func remove(_ path: String) throws(FileError) { try disk.remove(path) }
  func syncDirectory(_ path: String) throws(FileError) { try disk.syncDirectory(path) }
  func lock(_ path: String) throws(FileError) -> any OpenFile { try disk.lock(path) }
  func freeByteCount(at path: String) throws(FileError) -> UInt64 { try disk.freeByteCount(at: path) }
}

private final class WatchedFile: OpenFile {
  private let file: any OpenFile
  private let path: String
  private let disk: WatchedDisk

  init(_ file: any OpenFile, _ path: String, of disk: WatchedDisk) {
    self.file = file
    self.path = path
    self.disk = disk
  }

  func syncData() throws(FileError) {
    try disk.countSync(path)
    try file.syncData()
  }

  func byteCount() throws(FileError) -> UInt64 { try file.byteCount() }
  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] { try file.read(at: offset, count: count) }
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) { try file.write(bytes, at: offset) }
  func allocate(byteCount: UInt64) throws(FileError) { try file.allocate(byteCount: byteCount) }
}
