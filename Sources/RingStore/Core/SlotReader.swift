import TraceModel

/// Reads the parts of one slot and believes none of them before its checksum.
struct SlotReader {
  let file: any OpenFile
  let ring: RingID
  let slot: UInt32
  let layout: SlotLayout
  let hashKey: HashKey

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

  /// Nothing if there is no valid one.
  func trailer() throws(RingError) -> SlotTrailer? {
    guard let page = try page(at: layout.trailerOffset) else { return nil }
    do { return try SlotTrailer(from: page, ring: ring, slot: slot, layout: layout) } catch { return nil }
  }

  /// Whether nothing was ever written to the slot: header and first block are zeros. Spares reading the rest of it.
  func isBlank() throws(RingError) -> Bool {
    for offset in [0, layout.firstBlockOffset] {
      guard let page = try page(at: offset) else { return false }
      let words = ColumnBytes.decode(page, rows: nil) { (word: UInt64) in word }
      for word in words where word != 0 { return false }
    }
    return true
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

  func filter(_ footer: Footer, segment: UInt64) throws(RingError) -> TraceFilter? {
    let bytes = try footerSection(footer.traceFilter, .traceFilter, segment: segment)
    return TraceFilter(words: ColumnBytes.decode(bytes[...], rows: nil) { (word: UInt32) in word })
  }

  /// Where the blocks are that hold a trace of this fingerprint, in the order of writing.
  func blockOffsets(
    of fingerprint: UInt64, in footer: Footer, segment: UInt64
  ) throws(RingError) -> [UInt64] {
    let section = footer.traceIndex
    let pageCount = Int(section.storedByteCount) / Limits.pageByteCount
    var (low, high) = (0, pageCount)
    while low < high {
      let middle = (low + high) / 2
      let last = try indexPage(middle, of: section, segment: segment).last
      if let last, last.fingerprint < fingerprint { low = middle + 1 } else { high = middle }
    }
    var offsets: [UInt64] = []
    for page in low..<pageCount {
      for entry in try indexPage(page, of: section, segment: segment) where entry.fingerprint >= fingerprint {
        guard entry.fingerprint == fingerprint else { return offsets }
        offsets.append(UInt64(entry.page) * UInt64(Limits.pageByteCount))
      }
    }
    return offsets
  }

  private func indexPage(
    _ page: Int, of section: Section, segment: UInt64
  ) throws(RingError) -> [TraceIndex.Entry] {
    let offset = section.range.lowerBound + UInt64(page * Limits.pageByteCount)
    let content = try bytes(at: offset, count: Limits.pageByteCount, of: .traceIndex, segment: segment)
    do {
      return try TraceIndex.entries(ofPage: content[...], segment: segment, at: place(at: offset))
    } catch {
      throw .damaged(damage(.traceIndex, segment: segment, at: offset, "\(error)"))
    }
  }
}
