import TraceModel

/// Byte strings one behind the other, their lengths in a column, checked by the chunk so that a few can be read without
/// the rest. All of them, or some chunks.
struct ByteStrings {
  /// Of the chunks that were read, one behind the other.
  private(set) var bytes: ArraySlice<UInt8>
  private let byteCounts: [UInt32]
  /// Where each string begins in `bytes`; -1 if its chunk was not read.
  private var begins: [Int32]

  static let none = ByteStrings()

  private init() { (bytes, byteCounts, begins) = ([], [], []) }

  /// All strings.
  init(byteCounts: [UInt32], bytes: ArraySlice<UInt8>) throws(CodingError) {
    self.byteCounts = byteCounts
    self.bytes = bytes
    begins = []
    begins.reserveCapacity(byteCounts.count)
    var begin = 0
    for count in byteCounts {
      begins.append(Int32(truncatingIfNeeded: begin))
      begin += Int(count)
    }
    guard begin == bytes.count, begin <= Limits.blockByteCountMax else { throw .malformed("strings: lengths") }
  }

  /// The strings of some chunks.
  init(
    byteCounts: [UInt32], chunks: Chunks, _ read: [(chunk: Int, bytes: ArraySlice<UInt8>)]
  ) throws(CodingError) {
    self.byteCounts = byteCounts
    begins = [Int32](repeating: -1, count: byteCounts.count)
    var found: [UInt8] = []
    for (chunk, bytes) in read {
      guard chunks.isSound(chunk, bytes) else { throw .malformed("strings: checksum") }
      var begin = found.count
      found.append(contentsOf: bytes)
      let first = chunk * chunks.stringsAChunk
      for string in first..<max(first, min(first + chunks.stringsAChunk, byteCounts.count)) {
        begins[string] = Int32(truncatingIfNeeded: begin)
        begin += Int(byteCounts[string])
      }
      guard begin == found.count else { throw .malformed("strings: lengths") }
    }
    bytes = found[...]
  }

  var count: Int { byteCounts.count }

  /// Where in `bytes` a string lies, counted from their beginning; nil if it was not read.
  @inline(__always) func range(of number: Int) -> Range<Int>? {
    let begin = Int(begins[number])
    return begin < 0 ? nil : begin..<begin + Int(byteCounts[number])
  }
}
