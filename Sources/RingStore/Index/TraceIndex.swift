import TraceModel

/// The footer's list of which trace is in which blocks: pairs sorted by fingerprint, in pages that are checked each by
/// itself, so that a lookup reads a few of them.
///
///     0      340 fingerprints, 8 bytes each
///     2720   340 block offsets / 4 KiB, 4 bytes each
///     4080   n_entries u32, segno u64, crc u32
enum TraceIndex {
  struct Entry: Equatable, Sendable {
    var fingerprint: UInt64
    /// The block's offset in pages.
    var page: UInt32
  }

  static let entriesAPage = 340
  static let pagesOffset = entriesAPage * 8
  static let countField = Field("n_entries", at: 4080, 4)
  static let segmentField = Field("segno", at: 4084, 8)
  static let checksumField = Field("crc", at: 4092, 4)
  static let fields = [countField, segmentField, checksumField]

  static func byteCount(entryCount: Int) -> Int {
    (entryCount + entriesAPage - 1) / entriesAPage * Limits.pageByteCount
  }

  static func entries(of blocks: BlockList) -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(blocks.fingerprintCount)
    for block in blocks.all {
      let page = UInt32(block.offset / UInt64(Limits.pageByteCount))
      for fingerprint in block.fingerprints { entries.append(Entry(fingerprint: fingerprint, page: page)) }
    }
    entries.sort { ($0.fingerprint, $0.page) < ($1.fingerprint, $1.page) }
    return entries
  }

  static func traceCount(in sorted: [Entry]) -> Int {
    var count = sorted.isEmpty ? 0 : 1
    for position in sorted.indices.dropFirst() where sorted[position].fingerprint != sorted[position - 1].fingerprint {
      count += 1
    }
    return count
  }

  /// The pages one behind the other, to be written at `place`.
  static func pages(of sorted: [Entry], segment: UInt64, at place: Place) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount(entryCount: sorted.count))
    for start in stride(from: 0, to: sorted.count, by: entriesAPage) {
      let entries = Array(sorted[start..<min(start + entriesAPage, sorted.count)])
      var page = [UInt8](repeating: 0, count: Limits.pageByteCount)
      page.replaceSubrange(0..<entries.count * 8, with: ColumnBytes.encode(entries) { $0.fingerprint })
      page.replaceSubrange(
        pagesOffset..<pagesOffset + entries.count * 4, with: ColumnBytes.encode(entries) { $0.page })
      page.put(UInt32(entries.count), in: countField)
      page.put(segment, in: segmentField)
      var home = place
      home.offset += UInt64(bytes.count)
      page.put(checksum(of: page[...], at: home), in: checksumField)
      bytes.append(contentsOf: page)
    }
    return bytes
  }

  /// The entries of one page.
  static func entries(ofPage page: ArraySlice<UInt8>, segment: UInt64, at place: Place) throws(CodingError) -> [Entry] {
    guard page.count == Limits.pageByteCount, page.number(checksumField) == checksum(of: page, at: place),
      page.number(segmentField) == segment
    else { throw .malformed("trace index page") }
    let count = Int(page.number(countField) as UInt32)
    guard (1...entriesAPage).contains(count) else { throw .malformed("trace index page: count") }
    let fingerprints = ColumnBytes.decode(page.prefix(count * 8), rows: nil) { (number: UInt64) in number }
    let blocks = ColumnBytes.decode(page.dropFirst(pagesOffset).prefix(count * 4), rows: nil) { (page: UInt32) in page }
    return zip(fingerprints, blocks).map { Entry(fingerprint: $0, page: $1) }
  }

  private static func checksum(of page: ArraySlice<UInt8>, at place: Place) -> UInt32 {
    var checksum = Checksum()
    checksum.add(page.prefix(checksumField.offset))
    checksum.add(place.bytes)
    return checksum.value
  }
}
