import TraceModel

/// The span names of many requests, so that a String is made of each once, and not a time for each span.
struct KnownNames: ~Copyable {
  private var table = ByteTable()
  private var names: [Name] = []
  /// Those of this batch, in its order.
  private var used: [Int] = []
  private var batch = 1

  private struct Name {
    var text: String
    /// The shape of the last span of this name: the likeliest of the next one.
    var shape: Int?
    /// The batch that last had it, and where.
    var batch = 0
    var position: UInt32 = 0
  }

  /// What looking for a name has found out.
  struct Found {
    fileprivate var name: Range<Int>
    fileprivate var place: ByteTable.Place
  }

  @inline(__always)
  func find(_ name: Range<Int>, of bytes: RawSpan) -> Found {
    Found(name: name, place: table.find(name, of: bytes))
  }

  /// The shape that a span of a name is likely to have; nothing for a name that is not known yet.
  @inline(__always)
  func likelyShape(_ found: Found) -> Int? {
    guard let number = found.place.number else { return nil }
    return names[number].shape
  }

  /// The number of a name, which is read if it is new.
  /// - Parameter found: may be another name, if a span has several.
  /// - Throws: if it is not UTF-8.
  @inline(__always)
  mutating func number(_ name: Range<Int>, of bytes: RawSpan, _ found: Found?) throws(Unusual) -> Int {
    if let found, found.name == name, let number = found.place.number { return number }
    return try anyNumber(name, of: bytes)
  }

  @inline(never)
  private mutating func anyNumber(_ name: Range<Int>, of bytes: RawSpan) throws(Unusual) -> Int {
    let place = table.find(name, of: bytes)
    if let number = place.number { return number }
    guard let text = String(name, validating: bytes) else { throw Unusual() }
    table.add(name, of: bytes, at: place)
    names.append(Name(text: text))
    return names.count - 1
  }

  /// The number of the name of a span that was read in another way.
  mutating func number(_ name: String) -> Int {
    let bytes = Array(name.utf8)
    let place = table.find(0..<bytes.count, of: unsafe bytes.span.bytes)
    if let number = place.number { return number }
    table.add(0..<bytes.count, of: unsafe bytes.span.bytes, at: place)
    names.append(Name(text: name))
    return names.count - 1
  }

  /// Where the name of a span of this shape stands in the batch, to which it is added if need be.
  @inline(__always)
  mutating func position(of number: Int, shape: Int) -> UInt32 {
    if names[number].batch != batch { use(number) }
    if names[number].shape != shape { names[number].shape = shape }
    return names[number].position
  }

  @inline(never)
  private mutating func use(_ number: Int) {
    names[number].batch = batch
    names[number].position = UInt32(used.count)
    used.append(number)
  }

  /// The names that this batch's spans have.
  func entries() -> [String] { used.map { names[$0].text } }

  var count: Int { table.count }

  var isLarge: Bool { table.count > RequestLimits.memoCountMax || table.byteCount > RequestLimits.memoByteCountMax }

  var usedCount: Int { used.count }

  /// Takes those out of the batch that have been added since it had this many.
  mutating func truncate(to usedCount: Int) {
    for number in used[usedCount...] { names[number].batch = 0 }
    used.removeLast(used.count - usedCount)
  }

  /// Begins another batch.
  mutating func begin() {
    batch += 1
    used.removeAll(keepingCapacity: used.count <= RequestLimits.memoCountMax)
  }

  mutating func forget() {
    table.removeAll()
    (names, used) = ([], [])
  }
}
