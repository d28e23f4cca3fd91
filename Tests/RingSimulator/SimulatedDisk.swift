/// What the files are now, what of it would survive a power loss, and what has been asked for in between.
///
/// A disk moves sectors of 512 bytes: of a write that was not synced any of its sectors may survive a power loss, in any
/// order, and one that was being written may hold anything. Names and sizes survive or not by themselves.
package struct SimulatedDisk: Sendable {
  var folders: Set<String> = []
  var names: [String: Int] = [:]
  /// By inode, as the page cache has them.
  var files: [DiskImage] = []
  var durableNames: [String: Int] = [:]
  /// By inode, as the medium has them.
  var durableFiles: [DiskImage] = []
  var pending: [Change] = []
  var locks: Set<String> = []
  /// Of operations that changed something or tried to.
  var operationCount = 0
  var readCount = 0
  var faults: [Int: Fault] = [:]
  var readFailures: [Int: Int32] = [:]
  var deathAt = Int.max
  var isReadOnly = false
  var freeByteCount = UInt64.max
  package var unreadable: Set<String> = []
  /// Decides what a failing operation leaves behind.
  var random = SplitMix64(state: 1)

  static let sectorByteCount = 512

  package init() {}

  /// What a power loss leaves of what was not synced. Numbers count changes, oldest first; a write is one.
  package enum Policy: Sendable, Hashable {
    case nothing, everything
    /// So many, in order; a random number of sectors without one.
    case prefix(Int? = nil)
    /// This one alone.
    case single(Int)
    /// Those before it, and of it some sectors.
    case torn(Int)
    /// Those before it, and in place of it sectors old, new, and of garbage.
    case garbage(Int)
    /// Any sectors.
    case subset
    /// Names and sizes, no data.
    case withoutData
  }

  package enum Fault: Sendable, Hashable {
    /// Nothing happens but the error; a sync that fails leaves pages that count as clean, and some of them on the medium.
    case failure(Int32)
    /// A write gets as far as some sectors, then fails.
    case partial(Int32)
    /// A sync claims to have happened.
    case lie
    /// A write's bytes reach the medium elsewhere: so many pages on, in the file of the next inode but so many.
    case misdirection(pages: Int, inodes: Int)

    var isMisdirection: Bool { if case .misdirection = self { true } else { false } }
  }

  enum Change: Sendable {
    case write(Int, UInt64, ArraySlice<UInt8>)
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

    /// One change a sector.
    var sectors: [Change] {
      guard case .write(let inode, let offset, let bytes) = self else { return [self] }
      return stride(from: 0, to: bytes.count, by: sectorByteCount).map { start in
        .write(inode, offset + UInt64(start), bytes.dropFirst(start).prefix(sectorByteCount))
      }
    }
  }

  func afterRestart() -> SimulatedDisk {
    var disk = self
    disk.locks = []
    disk.operationCount = 0
    disk.readCount = 0
    disk.deathAt = .max
    disk.faults = [:]
    disk.readFailures = [:]
    return disk
  }

  // MARK: Operations

  mutating func makeFile(_ path: String) -> Int {
    files.append(DiskImage())
    durableFiles.append(DiskImage())
    names[path] = files.count - 1
    pending.append(.name(path, files.count - 1))
    return files.count - 1
  }

  mutating func write(_ bytes: ArraySlice<UInt8>, to inode: Int, at offset: UInt64) {
    let end = offset + UInt64(bytes.count)
    if end > files[inode].byteCount { pending.append(.size(inode, end)) }
    files[inode].write(bytes, at: offset)
    pending.append(.write(inode, offset, bytes))
  }

  /// The page cache has the bytes where they belong, the medium elsewhere.
  mutating func misdirect(_ bytes: ArraySlice<UInt8>, to inode: Int, at offset: UInt64, pages: Int, inodes: Int) {
    files[inode].write(bytes, at: offset)
    let target = (inode + inodes) % files.count
    let place = (offset + UInt64(pages) * 4096) % max(durableFiles[target].byteCount, 4096)
    pending.append(.write(target, place, bytes.prefix(Int(max(durableFiles[target].byteCount, place) - place))))
  }

  mutating func sync(_ inode: Int) {
    for change in pending where change.inode == inode { applyToDurable(change) }
    pending.removeAll { $0.inode == inode }
  }

  /// The system tells once, and takes the pages for clean.
  mutating func failSync(_ inode: Int) {
    for change in pending where change.inode == inode {
      for sector in change.sectors where random.oneIn(2) { applyToDurable(sector) }
    }
    pending.removeAll { $0.inode == inode }
  }

  mutating func syncNames(in folder: String) {
    let isInside = { (change: Change) in
      switch change {
      case .name(let path, _), .rename(_, let path, _):
        path.hasPrefix(folder + "/") && !path.dropFirst(folder.count + 1).contains("/")
      case .write, .size: false
      }
    }
    for change in pending where isInside(change) { applyToDurable(change) }
    pending.removeAll(where: isInside)
  }

  /// Clean pages are forgotten, dirty ones are not.
  mutating func dropCache(_ inode: Int) {
    var file = durableFiles[inode]
    for change in pending where change.inode == inode { Self.apply(change, to: &file) }
    files[inode] = file
  }

  mutating func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) {
    guard let inode = names[path] else { return }
    files[inode].write(bytes[...], at: offset)
    durableFiles[inode].write(bytes[...], at: offset)
  }

  private static func apply(_ change: Change, to file: inout DiskImage) {
    switch change {
    case .write(_, let offset, let bytes): file.write(bytes, at: offset)
    case .size(_, let byteCount): file.byteCount = max(file.byteCount, byteCount)
    case .name, .rename: break
    }
  }

  private mutating func applyToDurable(_ change: Change) {
    switch change {
    case .write(let inode, _, _), .size(let inode, _):
      Self.apply(change, to: &durableFiles[inode])
    case .name(let path, let inode):
      durableNames[path] = inode
    case .rename(let from, let to, let inode):
      durableNames[from] = nil
      durableNames[to] = inode
    }
  }

  // MARK: Power loss

  func crashed(keeping policy: Policy, _ random: inout SplitMix64) -> SimulatedDisk {
    var disk = afterRestart()
    for change in kept(policy, &random) { disk.applyToDurable(change) }
    disk.pending = []
    disk.names = disk.durableNames
    disk.files = disk.durableFiles
    disk.random = SplitMix64(state: random.next())
    return disk
  }

  private func kept(_ policy: Policy, _ random: inout SplitMix64) -> [Change] {
    switch policy {
    case .nothing: return []
    case .everything: return pending
    case .prefix(let count?): return Array(pending.prefix(count))
    case .prefix(nil):
      let sectors = pending.flatMap(\.sectors)
      return Array(sectors.prefix(random.below(sectors.count + 1)))
    case .single(let position): return Array(pending.dropFirst(position).prefix(1))
    case .subset: return pending.flatMap(\.sectors).filter { _ in random.oneIn(2) }
    case .withoutData:
      return pending.filter { if case .write = $0 { false } else { true } }
    case .torn(let position), .garbage(let position):
      guard position < pending.count else { return pending }
      var kept = Array(pending.prefix(position))
      for sector in pending[position].sectors {
        switch random.below(3) {
        case 0: kept.append(sector)
        case 1:
          guard case .garbage = policy, case .write(let inode, let offset, let bytes) = sector else { continue }
          kept.append(.write(inode, offset, ArraySlice(bytes.map { _ in UInt8(truncatingIfNeeded: random.next()) })))
        default: break
        }
      }
      return kept
    }
  }
}
