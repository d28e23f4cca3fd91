import TraceModel

/// 256 bits of a split-block Bloom filter: eight words of 32 bits, of which every member sets one bit each
/// (https://parquet.apache.org/docs/file-format/bloomfilter/). Two words lie in each of these, the first one low.
struct FilterLine: Equatable, Sendable, BitwiseCopyable {
  var words01: UInt64 = 0
  var words23: UInt64 = 0
  var words45: UInt64 = 0
  var words67: UInt64 = 0

  static let byteCount = 32
  static let bitCount = 256
  /// As many as a page of a footer holds.
  static let countAPage = IndexPage.contentByteCount / byteCount

  init() {}

  /// The bits that a member sets.
  init(memberOf hash: UInt32) {
    words01 = Self.pair(hash, 0x47b6_137b, 0x4497_4d91)
    words23 = Self.pair(hash, 0x8824_ad5b, 0xa2b7_289d)
    words45 = Self.pair(hash, 0x7054_95c7, 0x2df1_424b)
    words67 = Self.pair(hash, 0x9efc_4947, 0x5c6b_fb31)
  }

  @inline(__always)
  private static func pair(_ hash: UInt32, _ lowSalt: UInt32, _ highSalt: UInt32) -> UInt64 {
    1 &<< UInt64((hash &* lowSalt) >> 27) | 1 &<< UInt64((hash &* highSalt) >> 27 | 32)
  }

  @inline(__always)
  mutating func insert(_ member: FilterLine) {
    words01 |= member.words01
    words23 |= member.words23
    words45 |= member.words45
    words67 |= member.words67
  }

  /// Whether all bits of `member` are set.
  @inline(__always)
  func mayContain(_ member: FilterLine) -> Bool {
    ~words01 & member.words01 | ~words23 & member.words23 | ~words45 & member.words45 | ~words67 & member.words67 == 0
  }
}

// In a footer.
extension FilterLine {
  /// As many to a page as it holds, to be written from `place` on.
  /// - Precondition: the lines fill their pages.
  static func pages(_ lines: [FilterLine], segment: UInt64, at place: Place) -> [UInt8] {
    precondition(lines.count % countAPage == 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.count / countAPage * Limits.pageByteCount)
    for start in stride(from: 0, to: lines.count, by: countAPage) {
      bytes += encode(lines[start..<start + countAPage])
      bytes += [UInt8](repeating: 0, count: bytes.count.roundedUpToPage - bytes.count)
    }
    IndexPage.seal(&bytes, segment: segment, at: place) { _ in countAPage }
    return bytes
  }

  /// The lines of one page, once it is known to be the one that was written.
  static func lines(
    ofPage page: ArraySlice<UInt8>, segment: UInt64, at place: Place
  ) throws(CodingError) -> [FilterLine] {
    let count = try IndexPage.entryCount(ofPage: page, atMost: countAPage, segment: segment, at: place)
    guard count == countAPage else { throw .malformed("page: count") }
    return decode(page.prefix(count * byteCount))
  }

  private static func encode(_ lines: ArraySlice<FilterLine>) -> [UInt8] {
    var words: [UInt64] = []
    words.reserveCapacity(lines.count * 4)
    for line in lines { words += [line.words01, line.words23, line.words45, line.words67] }
    return ColumnBytes.encode(words) { $0 }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> [FilterLine] {
    let words = ColumnBytes.decode(bytes, rows: nil) { (word: UInt64) in word }
    return (0..<words.count / 4).map { number in
      var line = FilterLine()
      line.words01 = words[4 * number]
      line.words23 = words[4 * number + 1]
      line.words45 = words[4 * number + 2]
      line.words67 = words[4 * number + 3]
      return line
    }
  }
}
