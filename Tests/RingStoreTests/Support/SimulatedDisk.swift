/// What the files are now, what of it would survive a power loss, and what has been asked for in between.
struct SimulatedDisk: Sendable {
  var folders: Set<String> = []
  var names: [String: Int] = [:]
  var files: [File] = []
  var durableNames: [String: Int] = [:]
  /// By inode; a file that was never synced is empty.
  var durableFiles: [Int: File] = [:]
  var pending: [Pending] = []
  var locks: Set<String> = []
  var operationCount = 0
  var deathAt = Int.max
  var failures: [Int: Int32] = [:]
  var isReadOnly = false
  var freeByteCount = UInt64.max
  var unreadable: Set<String> = []

  static let sectorByteCount = 512

  enum Policy: Sendable {
    case nothing, everything, prefix, subset
  }

  enum Pending: Sendable {
    case write(Int, UInt64, [UInt8])
    case size(Int, UInt64)
    case name(String, Int?)
    case rename(String, String, Int)

    /// Whose data it is; names are of no file's.
    var inode: Int? {
      switch self {
      case .write(let inode, _, _), .size(let inode, _): inode
      case .name, .rename: nil
      }
    }
  }

  /// Pages that were never written are zeros.
  struct File: Sendable {
    var byteCount: UInt64 = 0
    private var pages: [UInt64: [UInt8]] = [:]

    func bytes(at offset: UInt64, count: Int) -> [UInt8] {
      guard offset < byteCount else { return [] }
      var bytes: [UInt8] = []
      let end = min(byteCount, offset + UInt64(count))
      var at = offset
      while at < end {
        let (page, start) = (at / 4096, Int(at % 4096))
        let part = min(4096 - start, Int(end - at))
        if let content = pages[page] {
          bytes.append(contentsOf: content[start..<start + part])
        } else {
          bytes.append(contentsOf: [UInt8](repeating: 0, count: part))
        }
        at += UInt64(part)
      }
      return bytes
    }

    mutating func write(_ bytes: [UInt8], at offset: UInt64) {
      var done = 0
      while done < bytes.count {
        let (page, start) = ((offset + UInt64(done)) / 4096, Int((offset + UInt64(done)) % 4096))
        let part = min(4096 - start, bytes.count - done)
        if part == 4096 {
          pages[page] = Array(bytes[done..<done + part])
        } else {
          var content = pages[page] ?? [UInt8](repeating: 0, count: 4096)
          content.replaceSubrange(start..<start + part, with: bytes[done..<done + part])
          pages[page] = content
        }
        done += part
      }
      byteCount = max(byteCount, offset + UInt64(bytes.count))
    }
  }

  func afterRestart() -> SimulatedDisk {
    var disk = self
    disk.locks = []
    disk.operationCount = 0
    disk.deathAt = .max
    disk.failures = [:]
    return disk
  }

  mutating func sync(_ inode: Int) {
    for change in pending where change.inode == inode { applyToDurable(change) }
    pending.removeAll { $0.inode == inode }
  }

  mutating func syncNames(in folder: String) {
    let isInside = { (change: Pending) in
      switch change {
      case .name(let path, _), .rename(_, let path, _):
        path.hasPrefix(folder + "/") && !path.dropFirst(folder.count + 1).contains("/")
      case .write, .size: false
      }
    }
    for change in pending where isInside(change) { applyToDurable(change) }
    pending.removeAll(where: isInside)
  }

  mutating func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) {
    guard let inode = names[path] else { return }
    files[inode].write(bytes, at: offset)
    durableFiles[inode, default: File()].write(bytes, at: offset)
  }

  private mutating func applyToDurable(_ change: Pending) {
    switch change {
    case .write(let inode, let offset, let bytes):
      durableFiles[inode, default: File()].write(bytes, at: offset)
    case .size(let inode, let byteCount):
      let old = durableFiles[inode, default: File()].byteCount
      durableFiles[inode, default: File()].byteCount = max(old, byteCount)
    case .name(let path, let inode):
      durableNames[path] = inode
    case .rename(let from, let to, let inode):
      durableNames[from] = nil
      durableNames[to] = inode
    }
  }

  func crashed(keeping policy: Policy, _ random: inout SplitMix64) -> SimulatedDisk {
    var disk = afterRestart()
    let sectors = pending.flatMap(Self.sectors)
    let kept: [Pending]
    switch policy {
    case .nothing: kept = []
    case .everything: kept = sectors
    case .prefix: kept = Array(sectors.prefix(Int(random.next() % UInt64(sectors.count + 1))))
    case .subset: kept = sectors.filter { _ in random.next() % 2 == 0 }
    }
    for change in kept { disk.applyToDurable(change) }
    disk.pending = []
    disk.names = disk.durableNames
    for inode in disk.files.indices { disk.files[inode] = disk.durableFiles[inode, default: File()] }
    return disk
  }

  private static func sectors(_ change: Pending) -> [Pending] {
    guard case .write(let inode, let offset, let bytes) = change else { return [change] }
    return stride(from: 0, to: bytes.count, by: sectorByteCount).map { start in
      .write(inode, offset + UInt64(start), Array(bytes[start..<min(start + sectorByteCount, bytes.count)]))
    }
  }
}
