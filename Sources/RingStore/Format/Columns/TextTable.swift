import TraceModel

/// The texts of a block while it is made: finds each once, and chooses those that the block's dictionary holds.
///
/// To be used only while the details and shapes that were visited stay where they are.
@safe struct TextTable: DetailVisitor {
  @safe private struct Entry {
    var hash: UInt64
    var bytes: UnsafeRawBufferPointer
    var useCount: UInt32
    var hasToken = false
    /// What stands for it: 0 for itself, else one more than its place in the dictionary.
    var code: UInt32 = 0
    /// How much of it `code` stands for, if not all.
    var prefixByteCount: UInt32 = 0
  }

  /// A text, where it stands in what was visited.
  struct Use {
    var offset: UInt32
    fileprivate var entry: UInt32
  }

  /// Texts in the order in which they were visited.
  private(set) var uses: [Use] = []
  private var tokenSet = TokenSet()
  private var entries: [Entry] = []
  /// One more than an entry's position, under the upper half of its hash, which spares looking at other entries.
  private var slots: [UInt64]
  private var prefixes: [Entry] = []
  /// The last value of each attribute of each shape.
  private var lastTexts: [UInt32?]
  private var lastIntegers: [UInt64?]
  private let hash: FastHash

  /// - Parameters:
  ///   - count: about how many texts there will be.
  ///   - placeCount: how many attributes all shapes have.
  init(count: Int, placeCount: Int, _ hash: FastHash) {
    lastTexts = [UInt32?](repeating: nil, count: placeCount)
    lastIntegers = [UInt64?](repeating: nil, count: placeCount)
    self.hash = hash
    slots = [UInt64](repeating: 0, count: 1 << (64 - max(count / 2 - 1, 63).leadingZeroBitCount))
    uses.reserveCapacity(count)
  }

  /// Of attribute values, as `HashKey` has them.
  var tokens: [UInt64] { tokenSet.tokens }

  mutating func insertKeys(of shapes: [AttributeShape], _ key: HashKey) {
    for shape in shapes {
      for text in shape.keys { tokenSet.insert(key.token(ofKey: text)) }
    }
  }

  @inline(__always) mutating func integer(_ zigzag: UInt64, at place: Int) {
    // What an attribute was in the last span, it is most often in this one.
    if lastIntegers[place] == zigzag { return }
    lastIntegers[place] = zigzag
    let number = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    tokenSet.insert(HashKey.token(ofInt: number, hash))
  }

  @inline(__always) mutating func double(_ number: Double) {
    if let whole = Int64(exactly: number) { tokenSet.insert(HashKey.token(ofInt: whole, hash)) }
  }

  @inline(__always) mutating func text(_ cursor: inout ByteCursor, at place: Int?) {
    let offset = cursor.offset
    let byteCount = cursor.varint() / 2
    cursor.skip(byteCount)
    guard cursor.isSound else { return }
    let bytes = unsafe cursor.read(cursor.offset - Int(byteCount)..<cursor.offset)
    if let place, let last = lastTexts[place], unsafe entries[Int(last)].bytes.isSame(as: bytes) {
      entries[Int(last)].useCount += 1
      return uses.append(Use(offset: UInt32(offset), entry: last))
    }
    let token = max(1, unsafe hash.hash(bytes, seed: HashKey.textSeed))
    let entry = unsafe Self.find(bytes, token, in: &slots, &entries)
    uses.append(Use(offset: UInt32(offset), entry: entry))
    guard let place else { return }
    lastTexts[place] = entry
    if !entries[Int(entry)].hasToken && byteCount <= Limits.tokenByteCountMax {
      entries[Int(entry)].hasToken = true
      tokenSet.insert(token)
    }
  }

  @inline(__always)
  private static func find(
    _ bytes: UnsafeRawBufferPointer, _ hash: UInt64, in slots: inout [UInt64], _ entries: inout [Entry]
  ) -> UInt32 {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if (slots[slot] ^ hash) >> 32 == 0 {
        let position = Int(slots[slot] & 0xffff_ffff) - 1
        if unsafe entries[position].bytes.isSame(as: bytes) {
          entries[position].useCount += 1
          return UInt32(position)
        }
      }
      slot = (slot + 1) & mask
    }
    unsafe entries.append(Entry(hash: hash, bytes: bytes, useCount: 1))
    slots[slot] = (hash >> 32) << 32 | UInt64(entries.count)
    if entries.count * 2 > slots.count { grow(&slots, entries) }
    return UInt32(entries.count - 1)
  }

  private static func grow(_ slots: inout [UInt64], _ entries: [Entry]) {
    slots = [UInt64](repeating: 0, count: slots.count * 4)
    for position in entries.indices {
      let hash = entries[position].hash
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = (hash >> 32) << 32 | UInt64(position + 1)
    }
  }
}

// MARK: - Choosing

extension TextTable {
  /// Chooses what the dictionary holds, after everything has been visited: texts that are worth it, the most used first
  /// because theirs are the shortest references; then beginnings that several of the other texts share.
  mutating func makeDictionary() -> TextDictionary.Draft {
    var draft = TextDictionary.Draft()
    let oftenCount = max(2, uses.count / 256)
    for isOften in [true, false] {
      for position in entries.indices where (entries[position].useCount > oftenCount) == isOften {
        if unsafe Self.isWorthIt(entries[position].useCount, entries[position].bytes.count, perUse: 2) {
          entries[position].code = unsafe draft.add(entries[position].bytes)
        }
      }
    }
    draft.endWholeTexts()
    addPrefixes(to: &draft)
    return draft
  }

  private mutating func addPrefixes(to draft: inout TextDictionary.Draft) {
    var slots = [UInt64](repeating: 0, count: 1024)
    var users: [(entry: Int, prefix: UInt32)] = []
    for position in entries.indices where entries[position].code == 0 {
      let bytes = unsafe entries[position].bytes
      let byteCount = unsafe Self.prefixByteCount(of: bytes)
      guard byteCount > 0 else { continue }
      let prefix = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<byteCount])
      let found = unsafe Self.find(prefix, hash.hash(prefix, seed: HashKey.textSeed), in: &slots, &prefixes)
      users.append((position, found))
    }
    for position in prefixes.indices {
      if unsafe Self.isWorthIt(prefixes[position].useCount, prefixes[position].bytes.count, perUse: 4) {
        prefixes[position].code = unsafe draft.add(prefixes[position].bytes)
      }
    }
    for (entry, prefix) in users {
      entries[entry].code = prefixes[Int(prefix)].code
      entries[entry].prefixByteCount = UInt32(unsafe prefixes[Int(prefix)].bytes.count)
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

// MARK: - Writing

extension TextTable {
  /// Writes the parts of what was visited, with references in the place of texts.
  /// - Parameters:
  ///   - ends: of the parts in `source`, from its beginning on.
  ///   - range: which of `uses` are in `source`.
  ///   - finish: told of each part when it has been written.
  func write(
    _ source: UnsafeRawBufferPointer, ends: [UInt32], uses range: Range<Int>, to output: inout ByteOutput,
    _ finish: (ByteOutput) -> Void
  ) {
    unsafe uses.withUnsafeBufferPointer { uses in
      unsafe entries.withUnsafeBufferPointer { entries in
        var (copied, use) = (0, range.lowerBound)
        for end in ends {
          while unsafe use < range.upperBound && uses[use].offset < end {
            let entry = unsafe entries[Int(uses[use].entry)]
            if entry.code > 0 {
              let begin = unsafe Int(uses[use].offset)
              unsafe output.append(UnsafeRawBufferPointer(rebasing: source[copied..<begin]))
              output.varint(Int(entry.code) * 2 - 1)
              copied = unsafe begin + Self.textByteCount(entry.bytes.count)
              if entry.prefixByteCount > 0 {
                let ending = unsafe UnsafeRawBufferPointer(rebasing: entry.bytes[Int(entry.prefixByteCount)...])
                output.varint(ending.count)
                unsafe output.append(ending)
              }
            }
            use += 1
          }
          unsafe output.append(UnsafeRawBufferPointer(rebasing: source[copied..<Int(end)]))
          copied = Int(end)
          finish(output)
        }
      }
    }
  }

  /// With the number in front.
  private static func textByteCount(_ count: Int) -> Int {
    count + (64 - (UInt64(count * 2) | 1).leadingZeroBitCount + 6) / 7
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always) fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    if count < 8 {
      for position in 0..<count where unsafe self[position] != other[position] { return false }
      return true
    }
    // Words, the last of which may overlap the one before: shorter than a call for what attributes hold.
    var offset = 0
    while offset < count - 8 {
      if unsafe word(offset) != other.word(offset) { return false }
      offset += 8
    }
    return unsafe word(count - 8) == other.word(count - 8)
  }

  @inline(__always) private func word(_ offset: Int) -> UInt64 {
    unsafe loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
