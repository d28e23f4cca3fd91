/// Byte strings one behind the other while they are made, and how long each is.
struct EncodedStrings: ~Copyable {
  private var content = ByteArena()
  private(set) var byteCounts = Cells<UInt32>()

  mutating func removeAll() {
    content.removeAll()
    byteCounts.removeAll()
  }

  /// All of them; to be used only until the next one is added.
  var bytes: UnsafeRawBufferPointer { unsafe content.bytes }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    unsafe content.append(bytes)
    byteCounts.append(UInt32(bytes.count))
  }

  /// Adds so many strings, which take no more than so many bytes together.
  /// - Parameter write: writes the string of a number, from 0 on.
  @inline(__always)
  mutating func append(_ count: Int, atMost byteCount: Int, _ write: (Int, inout ByteOutput) -> Void) {
    var byteCounts = Cells<UInt32>()
    swap(&byteCounts, &self.byteCounts)
    unsafe content.append(atMost: byteCount) { target in
      var output = unsafe ByteOutput(target)
      var written = 0
      for string in 0..<count {
        write(string, &output)
        byteCounts.append(UInt32(truncatingIfNeeded: output.count &- written))
        written = output.count
      }
      precondition(output.isSound)
      return output.count
    }
    swap(&byteCounts, &self.byteCounts)
  }

  /// Entries as `Chunks` has them.
  /// - Parameter words: gets them, one a word.
  /// - Returns: the checksum of all strings.
  func chunks(stringsAChunk: Int, _ words: inout Cells<UInt64>) -> UInt32 {
    var checksum = Checksum()
    var (begin, end) = (0, 0)
    for string in 0..<byteCounts.count {
      end += Int(byteCounts[string])
      guard (string + 1) % stringsAChunk == 0 || string + 1 == byteCounts.count else { continue }
      unsafe checksum.add(content[begin, end - begin])
      words.append(UInt64(UInt32(end)) | UInt64(checksum.value) << 32)
      begin = end
    }
    return checksum.value
  }
}
