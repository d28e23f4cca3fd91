import RingStore
import Synchronization

/// Files that count what is read from them.
final class CountedFileSystem: FileSystem {
  private let files: any FileSystem
  let reads = Reads()

  /// Calls and bytes so far.
  final class Reads: Sendable {
    private let counts = Mutex((calls: 0, bytes: 0))

    func add(_ byteCount: Int) { counts.withLock { $0 = ($0.calls + 1, $0.bytes + byteCount) } }

    /// Since the last time.
    func take() -> (calls: Int, bytes: Int) {
      counts.withLock { counts in
        defer { counts = (0, 0) }
        return counts
      }
    }
  }

  init(_ files: any FileSystem) {
    self.files = files
  }

  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    CountedFile(try files.open(path, mode), reads)
  }

  func createDirectory(_ path: String) throws(FileError) { try files.createDirectory(path) }
  func list(_ directory: String) throws(FileError) -> [String] { try files.list(directory) }
  func rename(_ from: String, to: String) throws(FileError) { try files.rename(from, to: to) }
  func remove(_ path: String) throws(FileError) { try files.remove(path) }
  func syncDirectory(_ path: String) throws(FileError) { try files.syncDirectory(path) }
  func lock(_ path: String) throws(FileError) -> any OpenFile { try files.lock(path) }
  func freeByteCount(at path: String) throws(FileError) -> UInt64 { try files.freeByteCount(at: path) }
}

final class CountedFile: OpenFile {
  private let file: any OpenFile
  private let reads: CountedFileSystem.Reads

  init(_ file: any OpenFile, _ reads: CountedFileSystem.Reads) {
    self.file = file
    self.reads = reads
  }

  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    let bytes = try file.read(at: offset, count: count)
    reads.add(bytes.count)
    return bytes
  }

  func byteCount() throws(FileError) -> UInt64 { try file.byteCount() }
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) { try file.write(bytes, at: offset) }
  func syncData() throws(FileError) { try file.syncData() }
  func allocate(byteCount: UInt64) throws(FileError) { try file.allocate(byteCount: byteCount) }
}
