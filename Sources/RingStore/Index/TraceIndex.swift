import TraceModel

/// The footer's list of which trace is in which blocks: sorted keys, in pages that are checked each by itself
/// (`IndexPage`). A key is the fingerprint's high 46 bits and, below, the block's offset in pages. Two traces that share
/// those bits cost a reader one block in vain.
///
/// Fingerprints are hashes, so a key's page can be told from the key: a lookup reads that page and seldom another.
enum TraceIndex {
  static let keyByteCount = 8
  static let keysAPage = IndexPage.contentByteCount / keyByteCount
  /// The largest slot has 2^18 pages.
  static let blockBits = 18
  private static let blockMask = (UInt64(1) << UInt64(blockBits)) - 1

  static func byteCount(keyCount: Int) -> Int {
    (keyCount + keysAPage - 1) / keysAPage * Limits.pageByteCount
  }

  /// The first key that a block at `offset` or behind it may have.
  static func key(_ fingerprint: UInt64, _ offset: UInt64) -> UInt64 {
    fingerprint & ~blockMask | min(offset / UInt64(Limits.pageByteCount), blockMask)
  }

  static func fingerprint(_ key: UInt64) -> UInt64 { key & ~blockMask }
  static func offset(_ key: UInt64) -> UInt64 { (key & blockMask) * UInt64(Limits.pageByteCount) }

  static func keys(of blocks: BlockList) -> [UInt64] {
    var keys: [UInt64] = []
    keys.reserveCapacity(blocks.fingerprintCount)
    for block in blocks.all {
      for fingerprint in block.fingerprints { keys.append(key(fingerprint, block.offset)) }
    }
    return UniformSort.sorted(keys)
  }

  /// The pages one behind the other, to be written from `place` on.
  static func pages(of sorted: [UInt64], segment: UInt64, at place: Place) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount(keyCount: sorted.count))
    for start in stride(from: 0, to: sorted.count, by: keysAPage) {
      bytes += ColumnBytes.encode(Array(sorted[start..<min(start + keysAPage, sorted.count)])) { $0 }
      bytes += [UInt8](repeating: 0, count: bytes.count.roundedUpToPage - bytes.count)
    }
    IndexPage.seal(&bytes, segment: segment, at: place) { number in min(keysAPage, sorted.count - number * keysAPage) }
    return bytes
  }

  /// The keys of one page, sorted.
  static func keys(ofPage page: ArraySlice<UInt8>, segment: UInt64, at place: Place) throws(CodingError) -> [UInt64] {
    let count = try IndexPage.entryCount(ofPage: page, atMost: keysAPage, segment: segment, at: place)
    return ColumnBytes.decode(page.prefix(count * keyByteCount), rows: nil) { (key: UInt64) in key }
  }
}
