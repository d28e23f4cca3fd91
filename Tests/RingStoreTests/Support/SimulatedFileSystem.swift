import Glibc
import RingStore
import Synchronization

/// Files in memory on a disk that forgets: what was not synced survives a crash in part, in any order, torn between
/// sectors. Any operation that changes something can be made to fail.
final class SimulatedFileSystem: FileSystem {
  let disk: Mutex<SimulatedDisk>

  init(_ disk: SimulatedDisk = SimulatedDisk()) {
    self.disk = Mutex(disk)
  }

  /// The same files for another run; whoever held locks is gone, nothing fails any more.
  func copy() -> SimulatedFileSystem {
    SimulatedFileSystem(disk.withLock { $0.afterRestart() })
  }

  /// What a power loss leaves.
  func crashed(keeping policy: SimulatedDisk.Policy, _ random: inout SplitMix64) -> SimulatedFileSystem {
    var seed = SplitMix64(state: random.next())
    return SimulatedFileSystem(disk.withLock { $0.crashed(keeping: policy, &seed) })
  }

  /// Operations so far that changed something or tried to.
  var operationCount: Int { disk.withLock { $0.operationCount } }

  /// Everything from the n-th operation on fails; the n-th may have happened in part.
  func die(atOperation number: Int) { disk.withLock { $0.deathAt = number } }

  /// Exactly the n-th operation fails.
  func fail(operation number: Int, with code: Int32) { disk.withLock { $0.failures[number] = code } }

  func setReadOnly() { disk.withLock { $0.isReadOnly = true } }
  func setFreeByteCount(_ count: UInt64) { disk.withLock { $0.freeByteCount = count } }
  func makeUnreadable(_ path: String, page: UInt64) { disk.withLock { _ = $0.unreadable.insert("\(path)@\(page)") } }

  /// Changes bytes behind everyone's back, for good.
  func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) {
    disk.withLock { $0.overwrite(path, at: offset, with: bytes) }
  }

  func bytes(_ path: String, at offset: UInt64, count: Int) -> [UInt8] {
    disk.withLock { disk in disk.names[path].map { disk.files[$0].bytes(at: offset, count: count) } ?? [] }
  }

  func createDirectory(_ path: String) throws(FileError) {
    try change(.createDirectory, path) { (disk) throws(FileError) in _ = disk.folders.insert(path) }
  }

  func list(_ directory: String) throws(FileError) -> [String] {
    let listed: [String]? = disk.withLock { disk in
      guard disk.folders.contains(directory) else { return nil }
      return (Array(disk.names.keys) + disk.folders)
        .filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
        .filter { !$0.contains("/") }.sorted()
    }
    guard let listed else { throw FileError(ENOENT, during: .list, directory) }
    return listed
  }

  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    if let inode = disk.withLock({ $0.names[path] }) { return SimulatedFile(self, path, inode) }
    guard mode == .create else { throw FileError(ENOENT, during: .open, path) }
    var inode = 0
    try change(.open, path) { (disk) throws(FileError) in
      inode = disk.files.count
      disk.files.append(SimulatedDisk.File())
      disk.names[path] = inode
      disk.pending.append(.name(path, inode))
    }
    return SimulatedFile(self, path, inode)
  }

  func rename(_ from: String, to: String) throws(FileError) {
    try change(.rename, from) { (disk) throws(FileError) in
      guard let inode = disk.names.removeValue(forKey: from) else { throw FileError(ENOENT, during: .rename, from) }
      disk.names[to] = inode
      disk.pending.append(.rename(from, to, inode))
    }
  }

  func remove(_ path: String) throws(FileError) {
    try change(.remove, path) { (disk) throws(FileError) in
      guard disk.names.removeValue(forKey: path) != nil else { throw FileError(ENOENT, during: .remove, path) }
      disk.pending.append(.name(path, nil))
    }
  }

  func syncDirectory(_ path: String) throws(FileError) {
    try change(.sync, path) { (disk) throws(FileError) in disk.syncNames(in: path) }
  }

  func lock(_ path: String) throws(FileError) -> any OpenFile {
    let file = try open(path, .create)
    let isFree = disk.withLock { $0.locks.insert(path).inserted }
    guard isFree else { throw FileError(EWOULDBLOCK, during: .lock, path) }
    let lock = SimulatedLock(self, path)
    try file.write(Array("4711\n".utf8), at: 0)
    return lock
  }

  func freeByteCount(at path: String) throws(FileError) -> UInt64 { disk.withLock { $0.freeByteCount } }

  /// Counts an operation and lets it happen, fail, or happen in part before the end.
  func change(
    _ operation: FileError.Operation, _ path: String, _ body: (inout SimulatedDisk) throws(FileError) -> Void
  ) throws(FileError) {
    var failure: FileError?
    disk.withLock { disk in
      let number = disk.operationCount
      disk.operationCount += 1
      if disk.isReadOnly { failure = FileError(EROFS, during: operation, path) }
      if let code = disk.failures[number] { failure = FileError(code, during: operation, path) }
      if number > disk.deathAt { failure = FileError(EIO, during: operation, path) }
      if failure != nil { return }
      // A dying disk takes a write into its cache but finishes no sync.
      if number == disk.deathAt { failure = FileError(EIO, during: operation, path) }
      if number == disk.deathAt && operation == .sync { return }
      do throws(FileError) { try body(&disk) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

private final class SimulatedFile: OpenFile {
  private let system: SimulatedFileSystem
  private let path: String
  private let inode: Int

  init(_ system: SimulatedFileSystem, _ path: String, _ inode: Int) {
    self.system = system
    self.path = path
    self.inode = inode
  }

  func byteCount() throws(FileError) -> UInt64 { system.disk.withLock { $0.files[inode].byteCount } }

  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    let bytes: [UInt8]? = system.disk.withLock { disk in
      if !disk.unreadable.isEmpty {
        for page in offset / 4096...(offset + UInt64(max(count, 1)) - 1) / 4096
        where disk.unreadable.contains("\(path)@\(page)") { return nil }
      }
      return disk.files[inode].bytes(at: offset, count: count)
    }
    guard let bytes else { throw FileError(EIO, during: .read, path) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
    try system.change(.write, path) { (disk) throws(FileError) in
      disk.files[inode].write(bytes, at: offset)
      disk.pending.append(.write(inode, offset, bytes))
    }
  }

  func syncData() throws(FileError) {
    do {
      try system.change(.sync, path) { (disk) throws(FileError) in disk.sync(inode) }
    } catch {
      // Linux marks the pages clean: they stay readable, and no later sync writes them.
      system.disk.withLock { disk in
        disk.pending.removeAll { $0.inode == inode && disk.failures[disk.operationCount - 1] != nil }
      }
      throw error
    }
  }

  func allocate(byteCount: UInt64) throws(FileError) {
    try system.change(.allocate, path) { (disk) throws(FileError) in
      disk.files[inode].byteCount = max(disk.files[inode].byteCount, byteCount)
      disk.pending.append(.size(inode, byteCount))
    }
  }
}

private final class SimulatedLock: OpenFile {
  private let system: SimulatedFileSystem
  private let path: String

  init(_ system: SimulatedFileSystem, _ path: String) {
    self.system = system
    self.path = path
  }

  deinit {
    let path = path
    system.disk.withLock { _ = $0.locks.remove(path) }
  }

  func byteCount() throws(FileError) -> UInt64 { 0 }
  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] { [] }
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {}
  func syncData() throws(FileError) {}
  func allocate(byteCount: UInt64) throws(FileError) {}
}
