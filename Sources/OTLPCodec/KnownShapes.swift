import TraceModel

/// The shapes of many requests, found by their bytes.
struct KnownShapes: ~Copyable {
  private var table = ByteTable()
  private var shapes: [AttributeShape] = []
  /// The batch that last had a shape, and where.
  private var uses: [(batch: Int, position: UInt32)] = []
  /// Those of this batch, in its order.
  private var used: [Int] = []
  private var batch = 1

  /// The number of the shape whose bytes these are.
  /// - Precondition: its keys are UTF-8.
  mutating func number(_ range: Range<Int>, of bytes: borrowing ByteStack) throws(Unusual) -> Int {
    let place = bytes.withBytes { table.find(range, of: $0) }
    if let number = place.number { return number }
    do throws(CodingError) {
      append(try AttributeShape(from: bytes.array(range)))
    } catch {
      throw Unusual()
    }
    bytes.withBytes { table.add(range, of: $0, at: place) }
    return shapes.count - 1
  }

  mutating func number(_ shape: AttributeShape) -> Int {
    let place = table.find(0..<shape.bytes.count, of: unsafe shape.bytes.span.bytes)
    if let number = place.number { return number }
    table.add(0..<shape.bytes.count, of: unsafe shape.bytes.span.bytes, at: place)
    append(shape)
    return shapes.count - 1
  }

  private mutating func append(_ shape: AttributeShape) {
    shapes.append(shape)
    uses.append((0, 0))
  }

  /// Where a shape's bytes stand among those of all.
  @inline(__always)
  func range(of number: Int) -> Range<Int> { table.range(of: number) }

  /// The position behind an attribute of which the shape has type and key at a position; nothing if it does not.
  @inline(__always)
  func match(_ type: UInt8, _ key: Range<Int>, of bytes: RawSpan, at position: Int) -> Int? {
    // A key of less than 64 bytes has one byte for twice its length in front of it.
    let length = key.upperBound &- key.lowerBound
    guard length < 64, table[position] == type, Int(table[position &+ 1]) == 2 &* length,
      table.holds(key, of: bytes, at: position &+ 2)
    else { return nil }
    return position &+ 2 &+ length
  }

  func copy(_ range: Range<Int>, to other: inout ByteStack) { table.copy(range, to: &other) }

  /// Where a shape stands in the batch, to which it is added if need be.
  @inline(__always)
  mutating func position(of number: Int) -> UInt32 {
    if uses[number].batch != batch { use(number) }
    return uses[number].position
  }

  @inline(never)
  private mutating func use(_ number: Int) {
    uses[number] = (batch, UInt32(used.count))
    used.append(number)
  }

  /// The shapes that this batch's spans have.
  func entries() -> [AttributeShape] { used.map { shapes[$0] } }

  var count: Int { table.count }

  var isLarge: Bool { table.count > RequestLimits.memoCountMax || table.byteCount > RequestLimits.memoByteCountMax }

  var usedCount: Int { used.count }

  /// Takes those out of the batch that have been added since it had this many.
  mutating func truncate(to usedCount: Int) {
    for number in used[usedCount...] { uses[number].batch = 0 }
    used.removeLast(used.count - usedCount)
  }

  /// Begins another batch.
  mutating func begin() {
    batch += 1
    used.removeAll(keepingCapacity: used.count <= RequestLimits.memoCountMax)
  }

  mutating func forget() {
    table.removeAll()
    (shapes, uses, used) = ([], [], [])
  }
}
