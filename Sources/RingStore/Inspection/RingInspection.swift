import TraceModel

/// Looks into a ring's folder from outside: one that a collector writes to, one that stands still, a copy, on a medium
/// that cannot be written. Takes no lock, writes nothing, believes no byte before its checksum.
///
/// - Throws: everything here throws what keeps it from looking at all: no ring there, both superblocks damaged, a newer
///   format, a refusal of the operating system. Damage is an answer, not an error.
package struct RingInspection {
  package let facts: RingFacts
  let folder: RingFolder
  let superblock: Superblock
  /// Both copies of the superblock can be read and agree.
  let isSuperblockWhole: Bool

  package init(_ directory: String, files: any FileSystem) throws(RingError) {
    folder = RingFolder(directory, files: files)
    guard let (superblock, isWhole) = try folder.superblock() else { throw .notARing(path: directory) }
    self.superblock = superblock
    isSuperblockWhole = isWhole
    facts = RingFacts(superblock)
  }

  /// What counts, as a reader would have it.
  func image() throws(RingError) -> (image: RingImage, state: RingState) {
    let image = try RingImage(folder, superblock)
    return (image, RingCore(image).state)
  }

  /// - Parameter file: kept open by the reader, so that a slot that is removed meanwhile can be read to its end.
  func reader(_ slot: UInt32) throws(RingError) -> SlotReader {
    SlotReader(
      file: try folder.openSlot(slot, .read), ring: superblock.ring, slot: slot, layout: superblock.layout,
      hashKey: superblock.hashKey)
  }
}

extension RingFacts {
  init(_ superblock: Superblock) {
    self.init(
      id: superblock.ring.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(),
      formatMajor: superblock.major, formatMinor: superblock.minor, capacityByteCount: superblock.capacity,
      slotCount: Int(superblock.slotCount), slotByteCount: superblock.layout.slotByteCount,
      createdAt: superblock.createdAt)
  }
}
