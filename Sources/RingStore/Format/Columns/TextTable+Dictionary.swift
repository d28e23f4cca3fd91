import TraceModel

extension TextTable {
  /// Chooses what the dictionary holds, after everything has been visited: texts that are worth it, the most used first
  /// because theirs are the shortest references; then beginnings that several of the other texts share.
  mutating func makeDictionary() {
    let oftenCount = UInt32(max(2, uses.count / 256))
    for isOften in [true, false] {
      for position in 0..<entries.count {
        let entry = entries[position]
        guard entry.useCount > 1, (entry.useCount > oftenCount) == isOften else { continue }
        if Self.isWorthIt(entry.useCount, entry.byteCount, perUse: 2) {
          entries[position].code = addToDictionary(entry)
        }
      }
    }
    wholeCount = dictionary.byteCounts.count
    addPrefixes()
  }

  /// The code of the new entry, or 0 if the dictionary is full.
  private mutating func addToDictionary(_ entry: Entry) -> UInt32 {
    let byteCount = unsafe dictionary.bytes.count
    guard dictionary.byteCounts.count < Limits.dictionaryEntryCountMax,
      byteCount + Int(entry.byteCount) <= Limits.dictionaryByteCountMax
    else { return 0 }
    unsafe dictionary.append(bytes(of: entry))
    return UInt32(dictionary.byteCounts.count)
  }

  private mutating func addPrefixes() {
    prefixes.removeAll()
    prefixPlaces.removeAll(likely: 64)
    for position in 0..<entries.count where entries[position].code == 0 {
      let entry = entries[position]
      let bytes = unsafe bytes(of: entry)
      let byteCount = unsafe Self.prefixByteCount(of: bytes)
      guard byteCount > 0 else { continue }
      let prefix = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<byteCount])
      let hash = unsafe hash.hash(prefix, seed: HashKey.textSeed)
      // A beginning is at least as long as a head, so it has the text's.
      let slot = unsafe prefixPlaces.slot(of: entry.head, prefix, hash, prefixes, arena)
      if let known = prefixPlaces.position(at: slot) {
        prefixes[known].useCount += 1
        entries[position].code = UInt32(known)
      } else {
        let new = Entry(head: entry.head, begin: entry.begin, byteCount: UInt32(byteCount))
        entries[position].code = UInt32(prefixPlaces.add(new, hash, at: slot, to: &prefixes))
      }
      entries[position].prefixByteCount = UInt16(byteCount)
    }
    for position in 0..<prefixes.count {
      let prefix = prefixes[position]
      if Self.isWorthIt(prefix.useCount, prefix.byteCount, perUse: 4) {
        prefixes[position].code = addToDictionary(prefix)
      }
    }
    for position in 0..<entries.count where entries[position].prefixByteCount > 0 {
      entries[position].code = prefixes[Int(entries[position].code)].code
    }
  }

  /// Whether a dictionary entry with its references is shorter than the text at each place, whatever the widths.
  private static func isWorthIt(_ useCount: UInt32, _ byteCount: UInt32, perUse: Int) -> Bool {
    useCount > 1 && Int(useCount) * (Int(byteCount) + 1 - perUse) > Int(byteCount) + 8
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
