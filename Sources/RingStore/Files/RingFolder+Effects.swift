import Glibc

extension RingFolder {
  /// Carries out one effect. A slot's file stays open from its first write to its release, so that no error of the
  /// system's delayed writing is lost between two openings.
  func perform(_ effect: Effect, _ slotFiles: inout [UInt32: any OpenFile]) throws(FileError) {
    switch effect {
    case .write(let slot, let offset, let bytes):
      try file(slot, &slotFiles).write(bytes, at: offset)
    case .sync(let slot):
      let file = try file(slot, &slotFiles)
      try file.syncData()
      // Bytes in a file without a name are as good as lost, however well they were synced.
      if try file.isDeleted() { throw FileError(ENOENT, during: .sync, slotPath(slot)) }
    case .release(let slot):
      slotFiles[slot] = nil
    }
  }

  private func file(_ slot: UInt32, _ slotFiles: inout [UInt32: any OpenFile]) throws(FileError) -> any OpenFile {
    if let file = slotFiles[slot] { return file }
    let file = try files.open(slotPath(slot), .write)
    slotFiles[slot] = file
    return file
  }
}
