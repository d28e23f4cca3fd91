import TraceModel

/// Why the ring could not be opened, written or read. The sentence says what to do.
package enum RingError: Error, Equatable, Sendable {
  /// The folder holds other things and no ring.
  case foreignFolder(path: String, holding: String)
  /// There is no ring to read.
  case notARing(path: String)
  /// Another process writes to the ring. `holder` is its process ID, if it could be read.
  case locked(path: String, holder: String?)
  case notWritable(FileError)
  case capacityTooSmall(bytes: UInt64, minimum: UInt64)
  case capacityTooLarge(bytes: UInt64, maximum: UInt64)
  case notEnoughSpace(path: String, needed: UInt64, missing: UInt64)
  case newerFormat(path: String, major: UInt16, minor: UInt16)
  case olderFormat(path: String, major: UInt16, minor: UInt16)
  /// Neither copy of the superblock can be read.
  case superblockDamaged(path: String)
  case io(FileError)
  /// A span takes more than the ring's blocks hold; it should have been refused at the door.
  case spanTooLarge(bytes: Int, maximum: Int)
  /// Two slots failed within a minute; the ring takes nothing for some seconds, then tries again. The last failure.
  case readOnly(FileError)
  /// Every slot's file is gone, or held by a segment that may not be reused.
  case noSlot(path: String)
  case closed
  /// What was asked for is there but cannot be trusted.
  case damaged(RingDamage)
}

extension RingError {
  /// Sorts a refusal of the operating system under what a person can do about it.
  init(_ error: FileError) {
    self = error.isForbidden ? .notWritable(error) : .io(error)
  }
}

extension RingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .foreignFolder(let path, let name):
      "\(path) is not a ring and not empty (it holds \(name)): name an empty or a new folder with --data"
    case .notARing(let path):
      "\(path) holds no ring: name the folder that spoor serve was given with --data"
    case .locked(let path, let holder):
      "\(path) is in use by another collector\(holder.map { " (process \($0))" } ?? ""): "
        + "stop that one or name another folder with --data"
    case .notWritable(let error):
      "\(error.path) is not accessible (\(error.reason) while \(error.operation.rawValue) it): "
        + "give the user of this process access or name another folder with --data"
    case .capacityTooSmall(let bytes, let minimum):
      "a capacity of \(ByteCount(bytes)) is too small: take at least \(ByteCount(minimum))"
    case .capacityTooLarge(let bytes, let maximum):
      "a capacity of \(ByteCount(bytes)) is too large: take at most \(ByteCount(maximum))"
    case .notEnoughSpace(let path, let needed, let missing):
      "the ring needs \(ByteCount(needed)) more at \(path), and \(ByteCount(missing)) of that are missing: "
        + "free space or take a smaller --capacity"
    case .newerFormat(let path, let major, let minor):
      "\(path) has format \(major).\(minor), newer than this program reads "
        + "(\(Superblock.formatMajor).\(Superblock.formatMinor)): use the version of spoor that wrote it"
    case .olderFormat(let path, let major, let minor):
      "\(path) has format \(major).\(minor), written by a development version and no longer read: "
        + "move the folder away and begin a new ring"
    case .superblockDamaged(let path):
      "both copies of the superblock \(path) are damaged: bring the file back from a copy, "
        + "or move the folder away and begin a new ring"
    case .io(let error):
      "\(error.reason) while \(error.operation.rawValue) \(error.path): check the disk"
    case .spanTooLarge(let bytes, let maximum):
      "a span of \(bytes) bytes does not fit into a block of this ring (at most \(maximum)): take a larger capacity"
    case .readOnly(let error) where error.isMissing:
      "the ring's file \(error.path) was deleted under the collector, which takes no spans: "
        + "stop it, bring the folder back, or start again with a new one"
    case .readOnly(let error):
      "the disk failed twice (\(error.reason) while \(error.operation.rawValue) \(error.path)) and the ring takes no "
        + "spans for now: check the disk; it tries again by itself every \(Limits.pauseSeconds) seconds"
    case .noSlot(let path):
      "no slot in \(path) can be written: bring the folder back, or start the collector again"
    case .closed:
      "the ring has been closed"
    case .damaged(let damage):
      damage.description
    }
  }
}
