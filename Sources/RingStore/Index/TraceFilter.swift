/// A split-block Bloom filter over trace fingerprints (https://parquet.apache.org/docs/file-format/bloomfilter/):
/// one line of 32 bytes a question, no false "no", about one false "yes" in 200 at 12 bits a trace.
struct TraceFilter: Equatable, Sendable {
  /// Eight words a line.
  private(set) var words: [UInt32]

  static let lineByteCount = 32
  private static let wordsALine = 8
  private static let bitsATrace = 12
  private static let salts: [UInt32] = [
    0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
  ]

  init(traceCount: Int) {
    words = [UInt32](repeating: 0, count: Self.byteCount(traceCount: traceCount) / 4)
  }

  /// From the bytes of a footer section; nothing if they are not whole lines.
  init?(words: [UInt32]) {
    guard !words.isEmpty, words.count % Self.wordsALine == 0 else { return nil }
    self.words = words
  }

  static func byteCount(traceCount: Int) -> Int {
    max(1, (traceCount * bitsATrace + lineByteCount * 8 - 1) / (lineByteCount * 8)) * lineByteCount
  }

  var byteCount: Int { words.count * 4 }

  mutating func insert(_ fingerprint: UInt64) {
    let line = line(of: fingerprint)
    for word in 0..<Self.wordsALine { words[line + word] |= Self.mask(fingerprint, word) }
  }

  /// False only if the fingerprint was never inserted.
  func mayContain(_ fingerprint: UInt64) -> Bool {
    let line = line(of: fingerprint)
    for word in 0..<Self.wordsALine where words[line + word] & Self.mask(fingerprint, word) == 0 { return false }
    return true
  }

  private func line(of fingerprint: UInt64) -> Int {
    Int(((fingerprint >> 32) * UInt64(words.count / Self.wordsALine)) >> 32) * Self.wordsALine
  }

  private static func mask(_ fingerprint: UInt64, _ word: Int) -> UInt32 {
    1 << ((UInt32(truncatingIfNeeded: fingerprint) &* salts[word]) >> 27)
  }
}
