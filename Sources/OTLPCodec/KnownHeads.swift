import TraceModel

/// The resources of many requests, or the scopes: found by the bytes of the message and of the schema URL that stands
/// outside, so that protobuf-c reads each of them once.
struct KnownHeads<Head: Hashable & Sendable>: ~Copyable {
  private var table = ByteTable()
  /// By the table's numbers.
  private var meanings: [Meaning] = []
  private var heads: [KnownHead] = []
  private var headByteCount = 0
  /// Several byte strings may say the same.
  private var numbers: [Head: Int] = [:]
  private var key = ByteStack()
  private var keyMessageByteCount = 0
  /// What was found last is likely to come again.
  private var last = 0
  /// Those of this batch, in its order.
  private var used: [Int] = []
  private var batch = 1

  private struct Meaning {
    /// Which head the bytes say.
    var head: Int
    /// How many strings had to be repaired for it.
    var repairedStrings: Int
    /// How many of the bytes are the message's; those of the schema URL follow.
    var messageByteCount: Int
  }

  private struct KnownHead {
    /// Alone in an array each, because most requests have no other, and can then share them.
    var head: [Head]
    var mark: [EntryMark]
    /// The batch that last had it, and where.
    var batch = 0
    var position: UInt32 = 0
  }

  /// What a group of spans has.
  struct Current {
    fileprivate var number: Int?
    /// What has no number yet: it gets one once a span has it.
    fileprivate var new: Head?
    /// How many strings had to be repaired for it.
    fileprivate(set) var repairedStrings: Int
    /// Whether it was looked for by its bytes, so that it can be found by them.
    fileprivate var isSought: Bool

    fileprivate init(_ number: Int, repairedStrings: Int) {
      (self.number, self.repairedStrings, isSought) = (number, repairedStrings, true)
    }

    /// A head that was read because `find` did not find it, or could not be asked.
    init(_ new: Head, repairedStrings: Int, isSought: Bool) {
      (self.new, self.repairedStrings, self.isSought) = (new, repairedStrings, isSought)
    }
  }

  /// - Parameters: where the message and the schema URL stand; empty if there is none.
  mutating func find(_ head: Range<Int>, _ schemaURL: Range<Int>, of bytes: RawSpan) -> Current? {
    if !isLast(head, schemaURL, of: bytes) {
      key.truncate(to: 0)
      key.raw(head, of: bytes)
      key.raw(schemaURL, of: bytes)
      keyMessageByteCount = head.count
      let number = key.withBytes { table.find(0..<key.count, of: $0) }.number
      guard let number, meanings[number].messageByteCount == head.count else { return nil }
      last = number
    }
    return Current(meanings[last].head, repairedStrings: meanings[last].repairedStrings)
  }

  private func isLast(_ head: Range<Int>, _ schemaURL: Range<Int>, of bytes: RawSpan) -> Bool {
    guard last < table.count, meanings[last].messageByteCount == head.count else { return false }
    let range = table.range(of: last)
    return range.count == head.count + schemaURL.count && table.holds(head, of: bytes, at: range.lowerBound)
      && table.holds(schemaURL, of: bytes, at: range.lowerBound + head.count)
  }

  /// Where a group's head stands in the batch, to which it is added if need be.
  /// - Precondition: nothing else has been looked for since.
  mutating func position(of current: inout Current, mark: (Head) -> EntryMark) -> UInt32 {
    if let new = current.new {
      current.number = add(new, current, mark)
      current.new = nil
    }
    guard let number = current.number else { return 0 }
    if heads[number].batch != batch {
      heads[number].batch = batch
      heads[number].position = UInt32(used.count)
      used.append(number)
    }
    return heads[number].position
  }

  private mutating func add(_ new: Head, _ current: Current, _ mark: (Head) -> EntryMark) -> Int {
    let number = numbers[new] ?? heads.count
    if number == heads.count {
      let mark = mark(new)
      heads.append(KnownHead(head: [new], mark: [mark]))
      headByteCount += mark.byteCount
      numbers[new] = number
    }
    guard current.isSought else { return number }
    let place = key.withBytes { table.find(0..<key.count, of: $0) }
    // The same bytes may be there, cut in another place: then these are not remembered.
    guard place.number == nil else { return number }
    last = table.count
    key.withBytes { table.add(0..<key.count, of: $0, at: place) }
    meanings.append(
      Meaning(head: number, repairedStrings: current.repairedStrings, messageByteCount: keyMessageByteCount))
    return number
  }

  /// What this batch's spans have.
  func entries() -> [Head] { used.count == 1 ? heads[used[0]].head : used.flatMap { heads[$0].head } }
  func marks() -> [EntryMark] { used.count == 1 ? heads[used[0]].mark : used.flatMap { heads[$0].mark } }

  /// Counts those that several byte strings say, or none, once more for each.
  var count: Int { max(table.count, heads.count) }

  private var isLarge: Bool {
    count > RequestLimits.memoCountMax || table.byteCount + headByteCount > RequestLimits.memoByteCountMax
  }

  var usedCount: Int { used.count }

  /// Takes those out of the batch that have been added since it had this many.
  mutating func truncate(to usedCount: Int) {
    for number in used[usedCount...] { heads[number].batch = 0 }
    used.removeLast(used.count - usedCount)
  }

  /// Begins another batch, and forgets if there is much to forget.
  mutating func begin() {
    batch += 1
    used.removeAll(keepingCapacity: used.count <= RequestLimits.memoCountMax)
    key.clear(keeping: RequestLimits.keptByteCountMax)
    guard isLarge else { return }
    table.removeAll()
    (meanings, heads, headByteCount, numbers, last, used) = ([], [], 0, [:], 0, [])
  }
}
