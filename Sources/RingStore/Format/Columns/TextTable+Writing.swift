import TraceModel

extension TextTable {
  /// Writes parts that were visited, with references in the place of texts.
  /// - Parameters:
  ///   - ends: of the parts, which fill `bytes`.
  ///   - range: which of `uses` are in them.
  func write(_ bytes: [UInt8], ends: [UInt32], uses range: Range<Int>, to strings: inout EncodedStrings) {
    var (copied, use) = (0, range.lowerBound)
    unsafe bytes.withUnsafeBytes { source in
      // References are never longer than what they stand for.
      strings.append(ends.count, atMost: bytes.count) { part, output in
        let end = Int(ends[part])
        while use < range.upperBound, uses[use].offset < end {
          let (begin, entry) = (Int(uses[use].offset), entries[Int(uses[use].entry)])
          use &+= 1
          guard entry.code > 0 else { continue }
          if copied < begin { unsafe output.append(source, copied, begin) }
          output.varint(Int(entry.code) * 2 - 1)
          let byteCount = Int(entry.byteCount)
          copied = begin &+ Self.textByteCount(byteCount)
          if entry.prefixByteCount > 0 {
            let rest = byteCount &- Int(entry.prefixByteCount)
            output.varint(rest)
            unsafe output.append(source, copied &- rest, copied)
          }
        }
        if copied < end { unsafe output.append(source, copied, end) }
        copied = end
      }
    }
  }

  /// With the number in front.
  @inline(__always) private static func textByteCount(_ count: Int) -> Int {
    count < 64 ? count + 1 : count + (64 - (UInt64(count * 2) | 1).leadingZeroBitCount + 6) / 7
  }
}
