import TraceModel

/// The resources of many requests, or the scopes: found by the bytes of the message and of the schema URL that stands
/// outside, so that protobuf-c reads each of them once.
struct KnownHeads<Head: Hashable & Sendable>: ~Copyable {
  private var table = ByteTable()
  /// By the table's numbers: which head the bytes say, and how many strings had to be repaired for it.
  private var meanings: [(head: Int, repairedStrings: Int)] = []
  private var heads: [KnownHead] = []
  private var headByteCount = 0
  /// Several byte strings may say the same.
  private var numbers: [Head: Int] = [:]
  private var key = ByteStack()
  /// What was found last is likely to come again.
  private var last = 0

  private struct KnownHead {
    var head: Head
    var mark: EntryMark
    /// The request that last had it, and where in its batch.
    var request: UInt64 = 0
    var position: UInt32 = 0
  }

  /// What a group of spans has.
  struct Current {
    var head: Head
    var repairedStrings: Int
    /// Nothing for a head that is not known yet: it will be once a span has it.
    fileprivate var number: Int?
    /// Whether it was looked for by its bytes, so that it can be found by them.
    fileprivate var isSought = false

    /// A head that was read because `find` did not find it, or could not be asked.
    init(_ head: Head, repairedStrings: Int, isSought: Bool) {
      (self.head, self.repairedStrings, self.isSought) = (head, repairedStrings, isSought)
    }
  }

  /// - Parameters: where the message and the schema URL stand; empty if there is none.
  mutating func find(_ head: Range<Int>, _ schemaURL: Range<Int>, of bytes: RawSpan) -> Current? {
    key.truncate(to: 0)
    key.varint(UInt64(head.count))
    key.raw(head, of: bytes)
    key.raw(schemaURL, of: bytes)
    if last >= table.count || !table.isEqual(last, to: key) {
      guard let number = key.withBytes({ table.find(0..<key.count, of: $0) }).number else { return nil }
      last = number
    }
    let number = meanings[last].head
    var current = Current(heads[number].head, repairedStrings: meanings[last].repairedStrings, isSought: true)
    current.number = number
    return current
  }

  /// Where a group's head stands in a request's tables, to which `append` adds it if need be.
  /// - Precondition: nothing else has been looked for since.
  @inline(__always)
  mutating func position(
    of current: inout Current, in request: UInt64, mark: (Head) -> EntryMark,
    append: (Head, EntryMark) -> UInt32
  ) -> UInt32 {
    let number = current.number ?? add(current, mark)
    current.number = number
    if heads[number].request != request {
      heads[number].request = request
      heads[number].position = append(heads[number].head, heads[number].mark)
    }
    return heads[number].position
  }

  @inline(never)
  private mutating func add(_ current: Current, _ mark: (Head) -> EntryMark) -> Int {
    let number = numbers[current.head] ?? heads.count
    if number == heads.count {
      heads.append(KnownHead(head: current.head, mark: mark(current.head)))
      headByteCount += heads[number].mark.byteCount
      numbers[current.head] = number
    }
    if current.isSought {
      let place = key.withBytes { table.find(0..<key.count, of: $0) }
      last = table.count
      key.withBytes { table.add(0..<key.count, of: $0, at: place) }
      meanings.append((number, current.repairedStrings))
    }
    return number
  }

  /// Counts those that several byte strings say, or none, once more for each.
  var count: Int { max(table.count, heads.count) }

  var isLarge: Bool {
    count > RequestLimits.memoCountMax
      || table.byteCount + headByteCount > RequestLimits.memoByteCountMax
  }

  mutating func removeAll() {
    table.removeAll()
    key.clear(keeping: 1 << 10)
    (meanings, heads, headByteCount, numbers, last) = ([], [], 0, [:], 0)
  }
}
