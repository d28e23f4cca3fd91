import TraceModel

extension TextTable {
  /// Chooses what the dictionary holds, after everything has been visited: texts that are worth it, the most used first
  /// because theirs are the shortest references; then beginnings that several of the other texts share.
  mutating func makeDictionary() -> TextDictionary.Draft {
    var draft = TextDictionary.Draft()
    let oftenCount = UInt32(max(2, uses.count / 256))
    for isOften in [true, false] {
      for position in 0..<entries.count {
        let useCount = entries[position].useCount
        guard useCount > 1, (useCount > oftenCount) == isOften else { continue }
        let bytes = unsafe entries[position].bytes
        if Self.isWorthIt(useCount, bytes.count, perUse: 2) {
          entries[position].code = unsafe draft.add(bytes)
        }
      }
    }
    draft.endWholeTexts()
    addPrefixes(to: &draft)
    return draft
  }

  private mutating func addPrefixes(to draft: inout TextDictionary.Draft) {
    var prefixes = Cells<Entry>(capacity: 64)
    var places = TextPlaces(count: 64)
    for position in 0..<entries.count where entries[position].code == 0 {
      let bytes = unsafe entries[position].bytes
      let byteCount = unsafe Self.prefixByteCount(of: bytes)
      guard byteCount > 0 else { continue }
      let prefix = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<byteCount])
      let found = unsafe places.find(prefix, hash.hash(prefix, seed: HashKey.textSeed), in: &prefixes)
      entries[position].prefixByteCount = UInt16(byteCount)
      entries[position].code = UInt32(found)
    }
    for position in 0..<prefixes.count {
      let bytes = unsafe prefixes[position].bytes
      if Self.isWorthIt(prefixes[position].useCount, bytes.count, perUse: 4) {
        prefixes[position].code = unsafe draft.add(bytes)
      }
    }
    for position in 0..<entries.count where entries[position].prefixByteCount > 0 {
      entries[position].code = prefixes[Int(entries[position].code)].code
    }
  }

  /// Whether a dictionary entry with its references is shorter than the text at each place, whatever the widths.
  private static func isWorthIt(_ useCount: UInt32, _ byteCount: Int, perUse: Int) -> Bool {
    useCount > 1 && Int(useCount) * (byteCount + 1 - perUse) > byteCount + 8
  }

  /// What several texts may begin with: all before the first word with two digits side by side, such as an ID in a URL.
  /// Zero if that is too short to be shared.
  private static func prefixByteCount(of bytes: UnsafeRawBufferPointer) -> Int {
    guard (Limits.prefixedTextByteCountMin...Limits.prefixedTextByteCountMax).contains(bytes.count) else { return 0 }
    guard var begin = unsafe firstDigitPair(in: bytes) else { return 0 }
    while begin > 0, unsafe isWord(bytes[begin - 1]) { begin -= 1 }
    return begin >= Limits.prefixByteCountMin ? begin : 0
  }

  private static func firstDigitPair(in bytes: UnsafeRawBufferPointer) -> Int? {
    // Seven pairs a step: eight bytes at once, of which each that is a digit leaves its highest bit.
    for step in stride(from: 0, to: bytes.count - 1, by: 7) {
      let position = min(step, bytes.count - 8)
      let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let high: UInt64 = 0x8080_8080_8080_8080
      let difference = word ^ 0x3030_3030_3030_3030
      let digits = ~(((difference & ~high) + 0x7676_7676_7676_7676) | difference) & high
      let pairs = digits & (digits >> 8)
      if pairs != 0 { return position + pairs.trailingZeroBitCount / 8 }
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
