/// The files as the ring needs them. A parameter, so that tests can crash, tear and fail where a disk would.
/// Paths are as the operating system takes them; calls block.
package protocol FileSystem: Sendable {
  /// Makes a folder and those above it, for good; nothing happens if it is there.
  func createDirectory(_ path: String) throws(FileError)
  /// The names in a folder, sorted, without `.` and `..`.
  func list(_ directory: String) throws(FileError) -> [String]
  func open(_ path: String, _ mode: FileMode) throws(FileError) -> any OpenFile
  /// Replaces what `to` named before, at once.
  func rename(_ from: String, to: String) throws(FileError)
  func remove(_ path: String) throws(FileError)
  /// Makes creations, renames and removals in a folder survive a power loss.
  func syncDirectory(_ path: String) throws(FileError)
  /// Takes a lock that ends with the process or with the returned file, creating the file where it is missing.
  /// - Throws: `.isLocked` when another holds it.
  func lock(_ path: String) throws(FileError) -> any OpenFile
  /// What is left for new files beside `path`.
  func freeByteCount(at path: String) throws(FileError) -> UInt64
}

package enum FileMode: Sendable {
  case read
  case write
  /// For writing too, made where it is missing.
  case create
}

/// A file that stays open until the last reference to it goes.
package protocol OpenFile: AnyObject, Sendable {
  func byteCount() throws(FileError) -> UInt64
  /// Fewer bytes than asked for only at the end of the file.
  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8]
  /// Writes all bytes or throws; what a failed write left behind is unknown.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError)
  /// All writes to the file so far survive a power loss once this returns. After an error nothing is known of them,
  /// and calling again would hide the loss.
  func syncData() throws(FileError)
  /// Lets go of what the system remembers of the file and need not write, so that the next read asks the disk.
  func dropCache()
  /// Whether the file has lost its last name: what is written to it goes with the process.
  func isDeleted() throws(FileError) -> Bool
  /// Reserves space so that later writes below `byteCount` cannot run out of it, and grows the file to that.
  func allocate(byteCount: UInt64) throws(FileError)
}

/// A file that is no more than its bytes has no cache, and no name to lose.
extension OpenFile {
  package func dropCache() {}
  package func isDeleted() throws(FileError) -> Bool { false }
}
