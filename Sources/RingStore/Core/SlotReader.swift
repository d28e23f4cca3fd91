import TraceModel

/// Reads the parts of one slot and believes none of them before its checksum.
struct SlotReader {
  let file: any OpenFile
  let ring: RingID
  let slot: UInt32
  let layout: SlotLayout
  let hashKey: HashKey
  /// Where pages of the trace index are kept, by whoever asks for many traces.
  var keptIndexPages: KeptIndexPages?

  func place(at offset: UInt64) -> Place { Place(ring: ring, slot: slot, offset: offset) }

  /// What the disk holds there; short only where the file ends. What the medium cannot read is damage like any other.
  func bytes(
    at offset: UInt64, count: Int, of part: RingDamage.Part, segment: UInt64?
  ) throws(RingError) -> [UInt8] {
    do {
      return try file.read(at: offset, count: count)
    } catch {
      guard error.isMediumError else { throw RingError(error) }
      throw .damaged(damage(part, segment: segment, at: offset, "the disk cannot read it"))
    }
  }

  func damage(_ part: RingDamage.Part, segment: UInt64?, at offset: UInt64, _ reason: String) -> RingDamage {
    RingDamage(slot: slot, segment: segment, offset: offset, part: part, reason: reason)
  }

  /// Nothing if there is no valid one.
  func header() throws(RingError) -> SlotHeader? {
    guard let page = try page(at: 0) else { return nil }
    do { return try SlotHeader(from: page, ring: ring, slot: slot) } catch { return nil }
  }

  /// Whether the slot has been given to another segment. The header changes before anything else does.
  func isGone(_ segment: UInt64) throws(RingError) -> Bool {
    try header().map { $0.segment != segment } ?? true
  }

  /// Nothing if there is no valid one.
  func trailer() throws(RingError) -> SlotTrailer? {
    guard let page = try page(at: layout.trailerOffset) else { return nil }
    do { return try SlotTrailer(from: page, ring: ring, slot: slot, layout: layout) } catch { return nil }
  }

  /// Whether nothing was ever written to the slot: header and first block are zeros. Spares reading the rest of it.
  func isBlank() throws(RingError) -> Bool {
    for offset in [0, layout.firstBlockOffset] where try !isBlank(at: offset) { return false }
    return true
  }

  /// Whether a page can be read and is zeros.
  func isBlank(at offset: UInt64) throws(RingError) -> Bool {
    guard let page = try page(at: offset) else { return false }
    return !ColumnBytes.decode(page, rows: nil) { (word: UInt64) in word }.contains { $0 != 0 }
  }

  /// Nothing if the disk cannot read it.
  private func page(at offset: UInt64) throws(RingError) -> ArraySlice<UInt8>? {
    do throws(RingError) {
      return try bytes(at: offset, count: Limits.pageByteCount, of: .slotHeader, segment: nil)[...]
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }

  /// A footer section, checked.
  func footerSection(
    _ section: Section, _ part: RingDamage.Part, segment: UInt64
  ) throws(RingError) -> [UInt8] {
    let offset = section.range.lowerBound
    let content = try bytes(at: offset, count: Int(section.storedByteCount), of: part, segment: segment)
    guard content.count == section.storedByteCount, Checksum.of(content) == section.checksum else {
      throw .damaged(damage(part, segment: segment, at: offset, "checksum"))
    }
    return content
  }

  func directory(_ footer: Footer, segment: UInt64) throws(RingError) -> [BlockDescriptor] {
    let bytes = try footerSection(footer.blockDirectory, .blockDirectory, segment: segment)
    return stride(from: 0, to: bytes.count, by: BlockDescriptor.entryByteCount).map { start in
      BlockDescriptor(entry: bytes[start..<start + BlockDescriptor.entryByteCount])
    }
  }
}
