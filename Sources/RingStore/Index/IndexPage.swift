import TraceModel

/// A page of a footer that is checked by itself, so that a question reads one page and not the whole section. Its checksum
/// covers its place: no page passes for another.
///
///     0     content
///     4080  n_entries u32, segno u64, crc u32
enum IndexPage {
  static let contentByteCount = 4080
  static let countField = Field("n_entries", at: 4080, 4)
  static let segmentField = Field("segno", at: 4084, 8)
  static let checksumField = Field("crc", at: 4092, 4)
  static let fields = [countField, segmentField, checksumField]

  /// Completes pages that lie one behind the other, to be written from `place` on. `count` says how many entries the page
  /// of that number holds.
  static func seal(_ pages: inout [UInt8], segment: UInt64, at place: Place, count: (Int) -> Int) {
    precondition(pages.count % Limits.pageByteCount == 0)
    for number in 0..<pages.count / Limits.pageByteCount {
      let start = number * Limits.pageByteCount
      pages.put(UInt32(count(number)), in: countField, from: start)
      pages.put(segment, in: segmentField, from: start)
      var home = place
      home.offset += UInt64(start)
      let checksum = checksum(of: pages[start..<start + Limits.pageByteCount], at: home)
      pages.put(checksum, in: checksumField, from: start)
    }
  }

  /// The number of entries that a page holds, once it is known to be the one that was written.
  static func entryCount(
    ofPage page: ArraySlice<UInt8>, atMost most: Int, segment: UInt64, at place: Place
  ) throws(CodingError) -> Int {
    guard page.count == Limits.pageByteCount, page.number(checksumField) == checksum(of: page, at: place),
      page.number(segmentField) == segment
    else { throw .malformed("page") }
    let count = page.number(countField) as UInt32
    guard (1...UInt32(most)).contains(count) else { throw .malformed("page: count") }
    return Int(count)
  }

  private static func checksum(of page: ArraySlice<UInt8>, at place: Place) -> UInt32 {
    var checksum = Checksum()
    checksum.add(page.prefix(checksumField.offset))
    checksum.add(place.bytes)
    return checksum.value
  }
}

extension [UInt8] {
  /// Writes a number into a field of the record that begins at `start`.
  fileprivate mutating func put(_ number: some FixedWidthInteger, in field: Field, from start: Int) {
    put(number, in: Field(field.name, at: start + field.offset, field.byteCount))
  }
}
