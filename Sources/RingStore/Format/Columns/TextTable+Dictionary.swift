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
    unsafe dictionary.append(entry.text(in: arena).bytes)
    return UInt32(dictionary.byteCounts.count)
  }

  /// Most texts that are used once begin like others: a URL with an ID at its end. As much as possible is tried first,
  /// and what too few have in common is given a shorter beginning, which more may share.
  private mutating func addPrefixes() {
    prefixes.removeAll()
    prefixPlaces.removeAll(likely: 64)
    for position in 0..<entries.count where entries[position].code == 0 {
      usePrefix(unsafe Self.longPrefixByteCount(of: entries[position].text(in: arena).bytes), at: position)
    }
    for position in 0..<entries.count where entries[position].prefixByteCount > 0 {
      if isWorthIt(prefixes[Int(entries[position].code)]) { continue }
      usePrefix(unsafe Self.shortPrefixByteCount(of: entries[position].text(in: arena).bytes), at: position)
    }
    for position in 0..<prefixes.count where isWorthIt(prefixes[position]) {
      prefixes[position].code = addToDictionary(prefixes[position])
    }
    for position in 0..<entries.count where entries[position].prefixByteCount > 0 {
      entries[position].code = prefixes[Int(entries[position].code)].code
    }
  }

  /// Has a text begin with a prefix, until it is known whether that is worth it. Its `code` is the prefix's position.
  private mutating func usePrefix(_ byteCount: Int, at position: Int) {
    guard byteCount > 0, byteCount != Int(entries[position].prefixByteCount) else { return }
    let entry = entries[position]
    let prefix = entry.text(in: arena).prefix(byteCount)
    let hash = unsafe hash.hash(prefix.bytes, seed: HashKey.textSeed)
    let slot = prefixPlaces.slot(of: prefix, hash, prefixes, arena)
    if let known = prefixPlaces.position(at: slot) {
      prefixes[known].useCount += 1
      entries[position].code = UInt32(known)
    } else {
      let new = Entry(prefix, at: Int(entry.begin))
      entries[position].code = UInt32(prefixPlaces.add(new, hash, at: slot, to: &prefixes))
    }
    entries[position].prefixByteCount = UInt16(byteCount)
  }

  private func isWorthIt(_ prefix: Entry) -> Bool { Self.isWorthIt(prefix.useCount, prefix.byteCount, perUse: 4) }

  /// Whether a dictionary entry with its references is shorter than the text at each place, whatever the widths.
  private static func isWorthIt(_ useCount: UInt32, _ byteCount: UInt32, perUse: Int) -> Bool {
    useCount > 1 && Int(useCount) * (Int(byteCount) + 1 - perUse) > Int(byteCount) + 8
  }

  /// All before the last word with two digits side by side. Zero if that is too short to be shared.
  private static func longPrefixByteCount(of bytes: UnsafeRawBufferPointer) -> Int {
    guard (Limits.prefixedTextByteCountMin...Limits.prefixedTextByteCountMax).contains(bytes.count) else { return 0 }
    // Seven pairs a step.
    var end = bytes.count
    while end > 1 {
      let position = max(0, end &- 8)
      let pairs = unsafe digitPairs(in: bytes, at: position)
      if pairs != 0 { return unsafe beginning(of: bytes, before: position &+ 7 &- pairs.leadingZeroBitCount / 8) }
      end = position &+ 1
    }
    return 0
  }

  /// The same before the first such word.
  private static func shortPrefixByteCount(of bytes: UnsafeRawBufferPointer) -> Int {
    var step = 0
    while step < bytes.count &- 1 {
      let position = min(step, bytes.count &- 8)
      let pairs = unsafe digitPairs(in: bytes, at: position)
      if pairs != 0 { return unsafe beginning(of: bytes, before: position &+ pairs.trailingZeroBitCount / 8) }
      step &+= 7
    }
    return 0
  }

  /// Of eight bytes, the highest bit of each that is a digit with another one behind it.
  @inline(__always)
  private static func digitPairs(in bytes: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
    let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    let high: UInt64 = 0x8080_8080_8080_8080
    let difference = word ^ 0x3030_3030_3030_3030
    let digits = ~(((difference & ~high) &+ 0x7676_7676_7676_7676) | difference) & high
    return digits & (digits >> 8)
  }

  /// All before the word that a position is in.
  @inline(__always)
  private static func beginning(of bytes: UnsafeRawBufferPointer, before position: Int) -> Int {
    var begin = position
    while begin > 0, unsafe isWord(bytes[begin &- 1]) { begin &-= 1 }
    return begin >= Limits.prefixByteCountMin ? begin : 0
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
