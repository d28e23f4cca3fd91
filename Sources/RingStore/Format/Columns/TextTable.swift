import TraceModel

/// The texts of a block while it is made: finds each once, and chooses those that the block's dictionary holds.
@safe struct TextTable: DetailVisitor, ~Copyable {
  /// A text, or what texts begin with.
  struct Entry: BitwiseCopyable {
    /// As `ByteText` has it.
    let head: UInt64
    /// Where it lies in the arena.
    let begin: UInt32
    let byteCount: UInt32
    var useCount: UInt32 = 1
    /// What stands for it: 0 for itself, else one more than its place in the dictionary.
    var code: UInt32 = 0
    /// How much of it `code` stands for, if not all.
    var prefixByteCount: UInt16 = 0
    var hasToken = false
  }

  /// A text, where it stands in what was visited.
  struct Use: BitwiseCopyable {
    /// From the beginning of the buffer that was visited.
    var offset: UInt32
    var entry: UInt32
  }

  /// Texts in the order in which they were visited.
  private(set) var uses = Cells<Use>()
  var entries = Cells<Entry>()
  private(set) var arena = ByteArena()
  private var places = TextPlaces()
  /// Of attribute keys and values, as `HashKey` has them.
  var tokenSet = TokenSet()
  /// The last value of each attribute of each shape: one more than its entry. More of them would be found oftener, and
  /// be foreseen less, which costs the processor more.
  private var lastTexts = Cells<UInt32>()
  /// The last value of each: one more than the number.
  private var lastIntegers = Cells<UInt64>()
  /// For what texts begin with.
  var prefixes = Cells<Entry>()
  var prefixPlaces = TextPlaces()
  /// The texts that the block stores once: whole ones, then beginnings.
  var dictionary = EncodedStrings()
  /// From here on they are beginnings.
  var wholeCount = 0
  let hash: FastHash

  init(_ hash: FastHash) {
    self.hash = hash
  }

  /// Begins with another block.
  /// - Parameters:
  ///   - rowCount: how many rows will be visited.
  ///   - placeCount: how many attributes all shapes have.
  mutating func begin(rowCount: Int, placeCount: Int) {
    uses.removeAll()
    entries.removeAll()
    arena.removeAll()
    places.removeAll(likely: rowCount * 2)
    tokenSet.removeAll()
    dictionary.removeAll()
    lastTexts.refill(repeating: 0, count: placeCount)
    lastIntegers.refill(repeating: 0, count: placeCount)
  }

  /// Has all texts that were visited so far for keys.
  mutating func addKeyTokens() {
    for position in 0..<entries.count {
      tokenSet.append(max(1, unsafe hash.hash(entries[position].text(in: arena).bytes, seed: HashKey.keySeed)))
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

  /// Seldom enough that it is decoded.
  @inline(never) mutating func list(_ cursor: inout ByteCursor) {
    let byteCount = cursor.varint()
    let begin = cursor.offset
    cursor.skip(byteCount)
    guard cursor.isSound else { return }
    var reader = ByteReader(unsafe Array(cursor.read(begin..<cursor.offset)))
    let value: AttributeValue
    // What is no value was refused before, or is found out by whoever reads the row.
    do { value = try AttributeValue(from: &reader) } catch { return }
    guard case .array(let elements) = value else { return }
    for element in elements {
      switch element {
      case .string(let text) where text.utf8.count <= Limits.tokenByteCountMax:
        let bytes = Array(text.utf8)
        tokenSet.insert(max(1, unsafe bytes.withUnsafeBytes { unsafe hash.hash($0, seed: HashKey.textSeed) }))
      case .int(let number): tokenSet.insert(HashKey.token(ofInt: number, hash))
      case .double(let number): double(number)
      default: break
      }
    }
  }

  @inline(__always) mutating func text(_ cursor: inout ByteCursor, at place: Int?) {
    let offset = UInt32(truncatingIfNeeded: cursor.offset)
    guard let text = cursor.text(cursor.varint() / 2) else { return }
    if let place, lastTexts[place] > 0 {
      let last = lastTexts[place] &- 1
      if entries[Int(last)].text(in: arena).isSame(as: text) {
        entries[Int(last)].useCount &+= 1
        return uses.append(Use(offset: offset, entry: last))
      }
    }
    let token = max(1, unsafe hash.hash(text.bytes, seed: HashKey.textSeed))
    let slot = places.slot(of: text, token, entries, arena)
    let entry: Int
    if let known = places.position(at: slot) {
      entry = known
      entries[entry].useCount &+= 1
    } else {
      entry = places.add(Entry(text, at: arena.append(text)), token, at: slot, to: &entries)
    }
    uses.append(Use(offset: offset, entry: UInt32(truncatingIfNeeded: entry)))
    guard let place else { return }
    lastTexts[place] = UInt32(truncatingIfNeeded: entry) &+ 1
    if !entries[entry].hasToken && text.count <= Limits.tokenByteCountMax {
      entries[entry].hasToken = true
      tokenSet.append(token)
    }
  }
}

extension TextTable.Entry {
  init(_ text: ByteText, at begin: Int) {
    head = text.head
    self.begin = UInt32(truncatingIfNeeded: begin)
    byteCount = UInt32(truncatingIfNeeded: text.count)
  }

  @inline(__always) func text(in arena: borrowing ByteArena) -> ByteText {
    arena.text(Int(begin), count: Int(byteCount), head: head)
  }
}
