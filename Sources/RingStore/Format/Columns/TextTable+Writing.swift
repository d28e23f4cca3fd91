import TraceModel

extension TextTable {
  /// Writes the parts of what was visited, with references in the place of texts.
  /// - Parameters:
  ///   - ends: of the parts in `source`, from its beginning on.
  ///   - range: which of `uses` are in `source`.
  ///   - finish: told of each part when it has been written.
  @inline(__always)
  borrowing func write(
    _ source: UnsafeRawBufferPointer, ends: [UInt32], uses range: Range<Int>, to output: inout ByteOutput,
    _ finish: (borrowing ByteOutput) -> Void
  ) {
    var (copied, use) = (0, range.lowerBound)
    for end in ends {
      while use < range.upperBound, uses[use].offset < end {
        let (begin, entry) = (Int(uses[use].offset), entries[Int(uses[use].entry)])
        use += 1
        guard entry.code > 0 else { continue }
        if copied < begin { unsafe output.append(source, copied, begin) }
        output.varint(Int(entry.code) * 2 - 1)
        let byteCount = unsafe entry.bytes.count
        copied = begin + Self.textByteCount(byteCount)
        if entry.prefixByteCount > 0 {
          let rest = byteCount - Int(entry.prefixByteCount)
          output.varint(rest)
          unsafe output.append(source, copied - rest, copied)
        }
      }
      if copied < end { unsafe output.append(source, copied, Int(end)) }
      copied = Int(end)
      finish(output)
    }
  }

  /// With the number in front.
  @inline(__always) private static func textByteCount(_ count: Int) -> Int {
    count < 64 ? count + 1 : count + (64 - (UInt64(count * 2) | 1).leadingZeroBitCount + 6) / 7
  }
}
