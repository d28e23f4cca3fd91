/// The names of a ring's files, and the superblock.
///
///     RING              the superblock
///     LOCK              held by the process that writes; contains its process ID
///     slots/000000.slot and so on
struct RingFolder: Sendable {
  let path: String
  let files: any FileSystem

  static let superblockName = "RING"
  /// A superblock on its way; left behind by a crash, it means nothing.
  static let newSuperblockName = "RING.tmp"
  static let lockName = "LOCK"
  static let slotsName = "slots"

  init(_ path: String, files: any FileSystem) {
    self.path = path
    self.files = files
  }

  var superblockPath: String { "\(path)/\(Self.superblockName)" }
  var lockPath: String { "\(path)/\(Self.lockName)" }
  var slotsPath: String { "\(path)/\(Self.slotsName)" }

  func slotPath(_ slot: UInt32) -> String {
    let digits = String(slot)
    return "\(slotsPath)/\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).slot"
  }

  /// The numbers of the slots that have files; other names are not ours and are left alone.
  func slots() throws(RingError) -> [UInt32] {
    do {
      return try files.list(slotsPath).compactMap { name in
        guard name.count == 11, name.hasSuffix(".slot"), name.prefix(6).allSatisfy(\.isNumber) else { return nil }
        return UInt32(name.prefix(6))
      }
    } catch {
      if error.isMissing { return [] }
      throw RingError(error)
    }
  }

  func openSlot(_ slot: UInt32, _ mode: FileMode) throws(RingError) -> any OpenFile {
    do { return try files.open(slotPath(slot), mode) } catch { throw RingError(error) }
  }

  /// The first copy that can be read, and whether the other one can be as well; nothing if there is no such file.
  func superblock() throws(RingError) -> (superblock: Superblock, isWhole: Bool)? {
    let bytes: [UInt8]
    do {
      bytes = try files.open(superblockPath, .read).read(at: 0, count: Superblock.copyCount * Superblock.byteCount)
    } catch {
      if error.isMissing || error.isNotDirectory { return nil }
      throw RingError(error)
    }
    var copies: [Superblock] = []
    for copy in 0..<Superblock.copyCount {
      let part = bytes.dropFirst(copy * Superblock.byteCount).prefix(Superblock.byteCount)
      do {
        copies.append(try Superblock(from: part, path: superblockPath))
      } catch {
        guard case .superblockDamaged = error else { throw error }
      }
    }
    guard let first = copies.first else { throw .superblockDamaged(path: superblockPath) }
    return (first, copies == [first, first])
  }

  /// Replaces the superblock at once and for good.
  func write(_ superblock: Superblock) throws(RingError) {
    do {
      let temporary = "\(path)/\(Self.newSuperblockName)"
      let file = try files.open(temporary, .create)
      try file.write(superblock.encoded() + superblock.encoded(), at: 0)
      try file.syncData()
      try files.rename(temporary, to: superblockPath)
      try files.syncDirectory(path)
    } catch { throw RingError(error) }
  }
}
