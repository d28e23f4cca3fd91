import Glibc
import TraceModel

/// The texts of a block while it is made: finds each once, and chooses those that the block's dictionary holds.
///
/// To be used only while the details and shapes that were visited stay where they are.
@safe struct TextTable: DetailVisitor {
  @safe private struct Entry {
    var hash: UInt64
    var bytes: UnsafeRawBufferPointer
    var useCount: UInt32
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
  private var slots: [UInt32]
  private var prefixes: [Entry] = []
  private let hash: FastHash

  /// - Parameter count: about how many texts there will be.
  init(count: Int, _ hash: FastHash) {
    self.hash = hash
    slots = [UInt32](repeating: 0, count: 1 << (64 - max(count - 1, 63).leadingZeroBitCount))
    uses.reserveCapacity(count)
  }

  /// Of attribute values, as `HashKey` has them.
  var tokens: [UInt64] { tokenSet.tokens }

  mutating func insertKeys(of shapes: [AttributeShape], _ key: HashKey) {
    for shape in shapes {
      for text in shape.keys { tokenSet.insert(key.token(ofKey: text)) }
    }
  }

  @inline(__always) mutating func integer(_ zigzag: UInt64) {
    let number = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    tokenSet.insert(HashKey.token(ofInt: number, hash))
  }

  @inline(__always) mutating func text(_ cursor: inout ByteCursor, isAttributeValue: Bool) {
    let offset = cursor.offset
    let byteCount = cursor.varint() / 2
    cursor.skip(byteCount)
    guard cursor.isSound else { return }
    let bytes = unsafe cursor.read(cursor.offset - Int(byteCount)..<cursor.offset)
    let token = max(1, unsafe hash.hash(bytes, seed: HashKey.textSeed))
    let entry = unsafe Self.find(bytes, token, in: &slots, &entries)
    if isAttributeValue && byteCount <= Limits.tokenByteCountMax { tokenSet.insert(token) }
    uses.append(Use(offset: UInt32(offset), entry: entry))
  }

  @inline(__always)
  private static func find(
    _ bytes: UnsafeRawBufferPointer, _ hash: UInt64, in slots: inout [UInt32], _ entries: inout [Entry]
  ) -> UInt32 {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if entries[position].hash == hash, unsafe entries[position].bytes.isSame(as: bytes) {
        entries[position].useCount += 1
        return UInt32(position)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    unsafe entries.append(Entry(hash: hash, bytes: bytes, useCount: 1))
    slots[slot] = UInt32(entries.count)
    if entries.count * 2 > slots.count { grow(&slots, entries) }
    return UInt32(entries.count - 1)
  }

  private static func grow(_ slots: inout [UInt32], _ entries: [Entry]) {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for position in entries.indices {
      var slot = Int(truncatingIfNeeded: entries[position].hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(position + 1)
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
    var slots = [UInt32](repeating: 0, count: 1024)
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

  /// What several texts may begin with: all before the first word with two digits, such as an ID in a URL. Zero if that
  /// is too short to be shared.
  private static func prefixByteCount(of bytes: UnsafeRawBufferPointer) -> Int {
    guard (Limits.prefixedTextByteCountMin...Limits.prefixedTextByteCountMax).contains(bytes.count) else {
      return 0
    }
    var (word, digits) = (0, 0)
    for position in bytes.indices {
      switch unsafe bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if digits == 2 { return word >= Limits.prefixByteCountMin ? word : 0 }
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
      default: (word, digits) = (position + 1, 0)
      }
    }
    return 0
  }
}

// MARK: - Writing

extension TextTable {
  /// Writes a part of what was visited, with references in the place of texts.
  /// - Parameter rest: the uses in this part and what follows it; those that have been written are taken away.
  @inline(__always)
  func write(
    _ range: Range<Int>, of source: UnsafeRawBufferPointer, _ rest: inout Range<Int>, to output: inout ByteOutput
  ) {
    var copied = range.lowerBound
    var use = rest.lowerBound
    while use < rest.upperBound, Int(uses[use].offset) < range.upperBound {
      let entry = entries[Int(uses[use].entry)]
      if entry.code > 0 {
        let begin = Int(uses[use].offset)
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
    rest = use..<rest.upperBound
    unsafe output.append(UnsafeRawBufferPointer(rebasing: source[copied..<range.upperBound]))
  }

  /// With the number in front.
  private static func textByteCount(_ count: Int) -> Int {
    count + (64 - (UInt64(count * 2) | 1).leadingZeroBitCount + 6) / 7
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always) fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let left = baseAddress, let right = other.baseAddress else { return true }
    return unsafe memcmp(left, right, count) == 0
  }
}
