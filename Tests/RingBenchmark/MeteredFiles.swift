import RingStore
import Synchronization

/// The real files, with a meter: what goes to them, and what that costs the thread that sends it.
struct MeteredFiles: FileSystem {
  let meter = Meter()
  private let disk = DiskFileSystem()

  final class Meter: Sendable {
    struct Reading {
      var bytesWritten = 0
      var writes = 0
      var syncs = 0
      /// Of the processor, in nanoseconds.
      var writing: UInt64 = 0
      var syncing: UInt64 = 0
    }

    private let current = Mutex(Reading())

    var reading: Reading { current.withLock { $0 } }

    func add(_ change: (inout Reading) -> Void) { current.withLock { change(&$0) } }
  }

  func createDirectory(_ path: String) throws(FileError) { try disk.createDirectory(path) }
  func list(_ directory: String) throws(FileError) -> [String] { try disk.list(directory) }
  func rename(_ from: String, to: String) throws(FileError) { try disk.rename(from, to: to) }
  func remove(_ path: String) throws(FileError) { try disk.remove(path) }
  func syncDirectory(_ path: String) throws(FileError) { try disk.syncDirectory(path) }
  func lock(_ path: String) throws(FileError) -> any OpenFile { try disk.lock(path) }
  func freeByteCount(at path: String) throws(FileError) -> UInt64 { try disk.freeByteCount(at: path) }
  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    MeteredFile(file: try disk.open(path, mode), meter: meter)
  }

  private final class MeteredFile: OpenFile {
    private let file: any OpenFile
    private let meter: Meter

    init(file: any OpenFile, meter: Meter) {
      self.file = file
      self.meter = meter
    }

    func byteCount() throws(FileError) -> UInt64 { try file.byteCount() }
    func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] { try file.read(at: offset, count: count) }
    func allocate(byteCount: UInt64) throws(FileError) { try file.allocate(byteCount: byteCount) }
    func dropCache() { file.dropCache() }
    func isDeleted() throws(FileError) -> Bool { try file.isDeleted() }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
      let spent = try ProcessorTime.spent { () throws(FileError) in try file.write(bytes, at: offset) }
      meter.add {
        $0.bytesWritten += bytes.count
        $0.writes += 1
        $0.writing += spent
      }
    }

    func syncData() throws(FileError) {
      let spent = try ProcessorTime.spent { () throws(FileError) in try file.syncData() }
      meter.add {
        $0.syncs += 1
        $0.syncing += spent
      }
    }
  }
}
