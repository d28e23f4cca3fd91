import TraceModel

/// The shapes of many requests, found by their bytes.
struct KnownShapes: ~Copyable {
  private var table = ByteTable()
  private var shapes: [AttributeShape] = []
  /// The request that last had a shape, and where in its batch.
  private var uses: [(request: UInt64, position: UInt32)] = []

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
  func match(_ type: AttributeType, _ key: Range<Int>, of bytes: RawSpan, at position: Int) -> Int? {
    // A key of less than 64 bytes has one byte for twice its length in front of it.
    guard key.count < 64, table[position] == type.rawValue, table[position + 1] == UInt8(2 * key.count),
      table.holds(key, of: bytes, at: position + 2)
    else { return nil }
    return position + 2 + key.count
  }

  func copy(_ range: Range<Int>, to other: inout ByteStack) { table.copy(range, to: &other) }

  /// Where a shape stands in a request's tables, to which it is added if need be.
  @inline(__always)
  mutating func position(of number: Int, in request: UInt64, _ tables: inout SpanTables) -> UInt32 {
    if uses[number].request != request { uses[number] = (request, tables.append(shapes[number])) }
    return uses[number].position
  }

  var count: Int { table.count }

  var isLarge: Bool { table.count > RequestLimits.memoCountMax || table.byteCount > RequestLimits.memoByteCountMax }

  mutating func removeAll() {
    table.removeAll()
    (shapes, uses) = ([], [])
  }
}
