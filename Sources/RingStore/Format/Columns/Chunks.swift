import TraceModel

/// Where the chunks of byte strings end, and checksums over everything up to there: so a chunk can be checked by itself,
/// and all of them cost no more to make than the section's own.
struct Chunks: Equatable {
  struct Entry: Equatable {
    var end: UInt32
    var checksum: UInt32
  }

  var stringsAChunk: Int
  private(set) var entries: [Entry] = []

  static let entryByteCount = 8

  /// Of strings of so many bytes together.
  init(stringsAChunk: Int, from bytes: ArraySlice<UInt8>, byteCount: Int) throws(CodingError) {
    self.stringsAChunk = stringsAChunk
    entries = ColumnBytes.decode(bytes, rows: nil) { (number: UInt64) in
      Entry(end: UInt32(truncatingIfNeeded: number), checksum: UInt32(truncatingIfNeeded: number >> 32))
    }
    var previous: UInt32 = 0
    for entry in entries {
      guard entry.end >= previous else { throw .malformed("chunks") }
      previous = entry.end
    }
    guard bytes.count % Self.entryByteCount == 0, previous == byteCount else { throw .malformed("chunks") }
  }

  /// In which chunks some strings are.
  func numbers(of strings: some Sequence<Int>) -> [Int] {
    Set(strings.map { $0 / stringsAChunk }).filter { $0 < entries.count }.sorted()
  }

  func range(of chunk: Int) -> Range<Int> {
    (chunk == 0 ? 0 : Int(entries[chunk - 1].end))..<Int(entries[chunk].end)
  }

  func isSound(_ chunk: Int, _ bytes: ArraySlice<UInt8>) -> Bool {
    var checksum = Checksum(continuing: chunk == 0 ? 0 : entries[chunk - 1].checksum)
    checksum.add(bytes)
    return bytes.count == range(of: chunk).count && checksum.value == entries[chunk].checksum
  }
}
