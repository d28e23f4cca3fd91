import TraceModel

/// The texts of a block while it is made: finds each once, and chooses those that the block's dictionary holds.
///
/// To be used only while the details and shapes that were visited stay where they are.
@safe struct TextTable: DetailVisitor, ~Copyable {
  @safe struct Entry: BitwiseCopyable {
    private let start: UnsafeRawPointer?
    private let count: UInt32
    fileprivate(set) var useCount: UInt32 = 1
    /// What stands for it: 0 for itself, else one more than its place in the dictionary.
    var code: UInt32 = 0
    /// How much of it `code` stands for, if not all.
    var prefixByteCount: UInt16 = 0
    fileprivate var hasToken = false

    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
      unsafe start = bytes.baseAddress
      count = UInt32(bytes.count)
    }

    @inline(__always) var bytes: UnsafeRawBufferPointer {
      unsafe UnsafeRawBufferPointer(start: start, count: Int(count))
    }
  }

  /// A text, where it stands in what was visited.
  struct Use: BitwiseCopyable {
    var offset: UInt32
    var entry: UInt32
  }

  /// Texts in the order in which they were visited.
  private(set) var uses: Cells<Use>
  var entries: Cells<Entry>
  private var places: TextPlaces
  private var tokenSet = TokenSet()
  /// The last value of each attribute of each shape: one more than its entry, or than the number.
  private var lastTexts: Cells<UInt32>
  private var lastIntegers: Cells<UInt64>
  let hash: FastHash

  /// - Parameters:
  ///   - rowCount: how many rows will be visited.
  ///   - placeCount: how many attributes all shapes have.
  init(rowCount: Int, placeCount: Int, _ hash: FastHash) {
    uses = Cells(capacity: rowCount * 8)
    entries = Cells(capacity: rowCount * 2)
    places = TextPlaces(count: rowCount * 2)
    lastTexts = Cells(repeating: 0, count: placeCount)
    lastIntegers = Cells(repeating: 0, count: placeCount)
    self.hash = hash
  }

  /// Of attribute keys and values, as `HashKey` has them.
  var tokens: [UInt32] { tokenSet.tokens }

  /// Has all texts that were visited so far for keys.
  mutating func addKeyTokens() {
    for position in 0..<entries.count {
      tokenSet.append(max(1, unsafe hash.hash(entries[position].bytes, seed: HashKey.keySeed)))
    }
  }

  @inline(__always) mutating func integer(_ zigzag: UInt64, at place: Int) {
    // What an attribute was in the last span, it is most often in this one.
    if lastIntegers[place] == zigzag &+ 1, zigzag != .max { return }
    lastIntegers[place] = zigzag &+ 1
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
    if let place, lastTexts[place] > 0 {
      let last = Int(lastTexts[place]) - 1
      if unsafe entries[last].bytes.isSame(as: bytes) {
        entries[last].useCount += 1
        return uses.append(Use(offset: UInt32(offset), entry: UInt32(last)))
      }
    }
    let token = max(1, unsafe hash.hash(bytes, seed: HashKey.textSeed))
    let entry = unsafe places.find(bytes, token, in: &entries)
    uses.append(Use(offset: UInt32(offset), entry: UInt32(entry)))
    guard let place else { return }
    lastTexts[place] = UInt32(entry) + 1
    if !entries[entry].hasToken && byteCount <= Limits.tokenByteCountMax {
      entries[entry].hasToken = true
      tokenSet.append(token)
    }
  }
}

/// Where texts stand in a list of entries, by their hashes.
struct TextPlaces: ~Copyable {
  /// One more than an entry's position, under the upper half of its hash, which also chose the slot.
  private var slots: Cells<UInt64>

  init(count: Int) {
    slots = Cells(repeating: 0, count: count.hashPlaceCount)
  }

  /// The position of a text, after adding it or counting one more use of it.
  @inline(__always)
  mutating func find(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64, in entries: inout Cells<TextTable.Entry>) -> Int {
    let mark = hash >> 32
    var slot = Int(mark) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == mark {
        let position = Int(slots[slot] & 0xffff_ffff) - 1
        if unsafe entries[position].bytes.isSame(as: bytes) {
          entries[position].useCount += 1
          return position
        }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    unsafe entries.append(TextTable.Entry(bytes))
    slots[slot] = mark << 32 | UInt64(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  @inline(never) private mutating func grow() {
    var old = Cells<UInt64>(repeating: 0, count: slots.count * 2)
    swap(&old, &slots)
    for place in 0..<old.count where old[place] != 0 {
      var slot = Int(old[place] >> 32) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = old[place]
    }
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
