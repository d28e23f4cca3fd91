import Glibc
import RingStore
import Synchronization

/// Files in memory on a disk that forgets, tears, fails and lies on demand.
package final class SimulatedFileSystem: FileSystem {
  package let disk: Mutex<SimulatedDisk>

  package init(_ disk: SimulatedDisk = SimulatedDisk()) {
    self.disk = Mutex(disk)
  }

  /// The same files for another run, as after kill -9; whoever held locks is gone, nothing fails any more.
  package func copy() -> SimulatedFileSystem {
    SimulatedFileSystem(disk.withLock { $0.afterRestart() })
  }

  /// What a power loss leaves.
  package func crashed(keeping policy: SimulatedDisk.Policy, _ random: inout SplitMix64) -> SimulatedFileSystem {
    var seed = SplitMix64(state: random.next())
    return SimulatedFileSystem(disk.withLock { $0.crashed(keeping: policy, &seed) })
  }

  /// Changes that a power loss could undo.
  package var pendingCount: Int { disk.withLock { $0.pending.count } }
  /// Operations so far that changed something or tried to.
  package var operationCount: Int { disk.withLock { $0.operationCount } }
  package var readCount: Int { disk.withLock { $0.readCount } }
  /// What all files take.
  package var byteCount: UInt64 {
    disk.withLock { disk in disk.names.values.reduce(0) { $0 + disk.files[$1].byteCount } }
  }

  /// Everything from the n-th operation on fails; the n-th may have happened in part.
  package func die(atOperation number: Int) { disk.withLock { $0.deathAt = number } }

  /// Exactly the n-th operation fails.
  package func fail(operation number: Int, with code: Int32) { disk.withLock { $0.faults[number] = .failure(code) } }

  package func inject(_ fault: SimulatedDisk.Fault, atOperation number: Int) {
    disk.withLock { $0.faults[number] = fault }
  }

  /// Exactly the n-th read fails.
  package func fail(read number: Int, with code: Int32) { disk.withLock { $0.readFailures[number] = code } }

  /// No more faults than have happened.
  package func heal() {
    disk.withLock { disk in
      disk.faults = [:]
      disk.readFailures = [:]
      disk.deathAt = .max
    }
  }

  package func setReadOnly() { disk.withLock { $0.isReadOnly = true } }
  package func setFreeByteCount(_ count: UInt64) { disk.withLock { $0.freeByteCount = count } }
  package func makeUnreadable(_ path: String, page: UInt64) {
    disk.withLock { _ = $0.unreadable.insert("\(path)@\(page)") }
  }

  /// Changes bytes behind everyone's back, for good.
  package func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) {
    disk.withLock { $0.overwrite(path, at: offset, with: bytes) }
  }

  package func bytes(_ path: String, at offset: UInt64, count: Int) -> [UInt8] {
    disk.withLock { disk in disk.names[path].map { disk.files[$0].bytes(at: offset, count: count) } ?? [] }
  }

  package func createDirectory(_ path: String) throws(FileError) {
    try change(.createDirectory, path) { (disk) throws(FileError) in _ = disk.folders.insert(path) }
  }

  package func list(_ directory: String) throws(FileError) -> [String] {
    let listed: [String]? = disk.withLock { disk in
      guard disk.folders.contains(directory) else { return nil }
      return (Array(disk.names.keys) + disk.folders)
        .filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
        .filter { !$0.contains("/") }.sorted()
    }
    guard let listed else { throw FileError(ENOENT, during: .list, directory) }
    return listed
  }

  package func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile {
    if let inode = disk.withLock({ $0.names[path] }) { return SimulatedFile(self, path, inode) }
    guard mode == .create else { throw FileError(ENOENT, during: .open, path) }
    var inode = 0
    try change(.open, path) { (disk) throws(FileError) in inode = disk.makeFile(path) }
    return SimulatedFile(self, path, inode)
  }

  package func rename(_ from: String, to: String) throws(FileError) {
    try change(.rename, from) { (disk) throws(FileError) in
      guard let inode = disk.names.removeValue(forKey: from) else { throw FileError(ENOENT, during: .rename, from) }
      disk.names[to] = inode
      disk.pending.append(.rename(from, to, inode))
    }
  }

  package func remove(_ path: String) throws(FileError) {
    try change(.remove, path) { (disk) throws(FileError) in
      guard disk.names.removeValue(forKey: path) != nil else { throw FileError(ENOENT, during: .remove, path) }
      disk.pending.append(.name(path, nil))
    }
  }

  package func syncDirectory(_ path: String) throws(FileError) {
    try change(.sync, path) { (disk) throws(FileError) in disk.syncNames(in: path) }
  }

  package func lock(_ path: String) throws(FileError) -> any OpenFile {
    let file = try open(path, .create)
    let isFree = disk.withLock { $0.locks.insert(path).inserted }
    guard isFree else { throw FileError(EWOULDBLOCK, during: .lock, path) }
    let lock = SimulatedLock(self, path)
    try file.write(Array("4711\n".utf8), at: 0)
    return lock
  }

  package func freeByteCount(at path: String) throws(FileError) -> UInt64 { disk.withLock { $0.freeByteCount } }

  /// Counts an operation and lets it happen, fail, or happen in part before the end.
  /// - Parameter instead: what happens in place of `body` under a fault that is not a plain failure.
  fileprivate func change(
    _ operation: FileError.Operation, _ path: String,
    instead: (inout SimulatedDisk, SimulatedDisk.Fault) -> Void = { _, _ in },
    _ body: (inout SimulatedDisk) throws(FileError) -> Void
  ) throws(FileError) {
    var failure: FileError?
    disk.withLock { disk in
      let number = disk.operationCount
      disk.operationCount += 1
      if disk.isReadOnly {
        failure = FileError(EROFS, during: operation, path)
      } else if number > disk.deathAt {
        failure = FileError(EIO, during: operation, path)
      } else if let fault = disk.faults[number] {
        switch fault {
        case .failure(let code), .partial(let code): failure = FileError(code, during: operation, path)
        case .lie, .misdirection: break
        }
        // What only a sync or a write can suffer leaves other operations as they are.
        if (fault == .lie && operation != .sync) || (fault.isMisdirection && operation != .write) {
          do throws(FileError) { try body(&disk) } catch { failure = error }
        } else {
          instead(&disk, fault)
        }
      } else if number == disk.deathAt && operation == .sync {
        failure = FileError(EIO, during: operation, path)  // a dying disk finishes no sync
      } else {
        // ... but takes anything else into its cache.
        if number == disk.deathAt { failure = FileError(EIO, during: operation, path) }
        do throws(FileError) { try body(&disk) } catch { failure = error }
      }
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
    let (bytes, code): ([UInt8], Int32) = system.disk.withLock { disk in
      disk.readCount += 1
      if let code = disk.readFailures[disk.readCount - 1] { return ([], code) }
      if !disk.unreadable.isEmpty {
        for page in offset / 4096...(offset + UInt64(max(count, 1)) - 1) / 4096
        where disk.unreadable.contains("\(path)@\(page)") { return ([], EIO) }
      }
      return (disk.files[inode].bytes(at: offset, count: count), 0)
    }
    guard code == 0 else { throw FileError(code, during: .read, path) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
    let inode = inode
    try system.change(.write, path) { disk, fault in
      switch fault {
      case .partial: disk.write(bytes[..<(disk.random.below(bytes.count / 512 + 1) * 512)], to: inode, at: offset)
      case .misdirection(let pages, let inodes):
        disk.misdirect(bytes[...], to: inode, at: offset, pages: pages, inodes: inodes)
      case .failure, .lie: break
      }
    } _: { (disk) throws(FileError) in
      disk.write(bytes[...], to: inode, at: offset)
    }
  }

  func syncData() throws(FileError) {
    let inode = inode
    try system.change(.sync, path) { disk, fault in
      if fault == .lie { disk.pending.removeAll { $0.inode == inode } } else { disk.failSync(inode) }
    } _: { (disk) throws(FileError) in
      disk.sync(inode)
    }
  }

  func dropCache() { system.disk.withLock { $0.dropCache(inode) } }
  func isDeleted() throws(FileError) -> Bool { system.disk.withLock { !$0.names.values.contains(inode) } }

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
  func dropCache() {}
  func isDeleted() throws(FileError) -> Bool { false }
  func allocate(byteCount: UInt64) throws(FileError) {}
}
