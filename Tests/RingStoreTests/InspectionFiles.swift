import RingStore
import Synchronization

/// The files of a ring as arrays in memory, to be read fast and changed at will. Nothing can be written through it.
struct InspectionFiles: FileSystem {
  private(set) var contents: [String: InspectionFile]

  init(_ contents: [String: [UInt8]]) {
    self.contents = contents.mapValues { InspectionFile($0) }
  }

  /// What the files of a simulated ring are now.
  init(_ files: SimulatedFileSystem) throws {
    var contents: [String: [UInt8]] = [:]
    for path in try files.list("/ring/slots").map({ "/ring/slots/\($0)" }) + ["/ring/RING"] {
      contents[path] = files.bytes(path, at: 0, count: Int(try files.open(path, .read).byteCount()))
    }
    self.init(contents)
  }

  func copy() -> InspectionFiles { InspectionFiles(contents.mapValues { $0.bytes }) }

  func list(_ directory: String) throws(FileError) -> [String] {
    let names = contents.keys.filter { $0.hasPrefix(directory + "/") }.map { $0.dropFirst(directory.count + 1) }
    guard !names.isEmpty else { throw FileError(2, during: .list, directory) }
    return Set(names.map { String($0.prefix { $0 != "/" }) }).sorted()
  }

  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    guard let file = contents[path] else { throw FileError(2, during: .open, path) }
    return file
  }

  mutating func take(away path: String) { contents[path] = nil }

  func remove(_ path: String) throws(FileError) { throw FileError(30, during: .remove, path) }

  func createDirectory(_ path: String) throws(FileError) { throw FileError(30, during: .createDirectory, path) }
  func rename(_ from: String, to: String) throws(FileError) { throw FileError(30, during: .rename, from) }
  func syncDirectory(_ path: String) throws(FileError) { throw FileError(30, during: .sync, path) }
  func lock(_ path: String) throws(FileError) -> any OpenFile { throw FileError(30, during: .lock, path) }
  func freeByteCount(at path: String) throws(FileError) -> UInt64 { 0 }
}

final class InspectionFile: OpenFile {
  private let content: Mutex<[UInt8]>

  init(_ bytes: [UInt8]) {
    content = Mutex(bytes)
  }

  var bytes: [UInt8] {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }

  func flip(_ position: Int, _ bit: Int) { content.withLock { $0[position] ^= 1 << UInt8(bit) } }

  func byteCount() throws(FileError) -> UInt64 { UInt64(content.withLock { $0.count }) }

  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    content.withLock { bytes in
      guard offset < bytes.count else { return [] }
      return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }
  }

  func write(_ new: [UInt8], at offset: UInt64) throws(FileError) { throw FileError(30, during: .write, "") }
  func syncData() throws(FileError) { throw FileError(30, during: .sync, "") }
  func allocate(byteCount: UInt64) throws(FileError) { throw FileError(30, during: .allocate, "") }
}
