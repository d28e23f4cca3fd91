import TraceModel

/// The numbers of `AttributeType`, which are asked for so often that a call into another module for each would tell.
enum TypeNumber {
  static let empty: UInt8 = 0
  static let string: UInt8 = 1
  static let bool: UInt8 = 2
  static let int: UInt8 = 4
  static let double: UInt8 = 5
  static let bytes: UInt8 = 6
  static let array: UInt8 = 7
  static let keyValueList: UInt8 = 8
}

/// Reads attributes and their values, and writes them in the form that `SpanDetails` has.
struct ValueScanner: ~Copyable {
  /// How many fields have been read, or more: what tells whether protobuf-c's memory could be too small for them.
  var fieldCount = 0
  /// Where arrays and maps are written first, because their length stands in front of them.
  private var nested = ByteStack()

  mutating func clear() { nested.clear(keeping: RequestLimits.keptByteCountMax) }

  /// One attribute's parts; the value is empty if there is none.
  struct Parts {
    var key: Range<Int>
    var value: Range<Int>
  }

  /// Finds the parts of a KeyValue.
  @inline(__always)
  mutating func parts(_ range: Range<Int>, in bytes: RawSpan) throws(Unusual) -> Parts {
    fieldCount &+= 3
    // A key, a value, and nothing else; each of less than 128 bytes.
    if range.upperBound &- range.lowerBound >= 4 {
      let key = bytes.fixed16(at: range.lowerBound)
      let keyEnd = range.lowerBound &+ 2 &+ Int(key >> 8)
      if key & 0x80ff == 0x000a, keyEnd &+ 2 <= range.upperBound {
        let value = bytes.fixed16(at: keyEnd)
        if value & 0x80ff == 0x0012, keyEnd &+ 2 &+ Int(value >> 8) == range.upperBound {
          return Parts(
            key: (range.lowerBound &+ 2)..<keyEnd,
            value: (keyEnd &+ 2)..<range.upperBound)
        }
      }
    }
    return try anyParts(range, in: bytes)
  }

  @inline(never)
  private mutating func anyParts(_ range: Range<Int>, in bytes: RawSpan) throws(Unusual) -> Parts {
    var parts = Parts(key: range.lowerBound..<range.lowerBound, value: range.lowerBound..<range.lowerBound)
    var hasValue = false
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      fieldCount += 1
      switch cursor.tag(in: bytes) {
      case 0x0a: parts.key = try cursor.content(in: bytes)
      case 0x12 where !hasValue:  // protobuf-c would merge two of them
        parts.value = try cursor.content(in: bytes)
        hasValue = true
      case 0x18: _ = try cursor.varint(in: bytes)  // a key's position in a table, which only profiles have
      default: throw Unusual()
      }
    }
    return parts
  }

  /// Appends an AnyValue's content and returns its type's number.
  @inline(__always)
  mutating func content(
    _ range: Range<Int>, of bytes: RawSpan, to output: inout ByteStack
  ) throws(Unusual) -> UInt8 {
    guard !range.isEmpty else { return TypeNumber.empty }
    var cursor = ScanCursor(range)
    switch cursor.tag(in: bytes) {
    case 0x0a:
      let text = try cursor.content(in: bytes)
      guard cursor.isAtEnd else { throw Unusual() }
      try output.text(text, of: bytes)
      return TypeNumber.string
    case 0x18:
      let number = try cursor.varint(in: bytes)
      guard cursor.isAtEnd else { throw Unusual() }
      output.zigzag(Int64(bitPattern: number))
      return TypeNumber.int
    default:
      return try rareContent(range, of: bytes, to: &output)
    }
  }

  private mutating func rareContent(
    _ range: Range<Int>, of bytes: RawSpan, to output: inout ByteStack
  ) throws(Unusual) -> UInt8 {
    var cursor = ScanCursor(range)
    let type: UInt8
    switch cursor.tag(in: bytes) {
    case 0x10:
      output.append(try bool(&cursor, in: bytes) ? 1 : 0)
      type = TypeNumber.bool
    case 0x21:
      output.fixed64(try cursor.fixed64(in: bytes))
      type = TypeNumber.double
    case 0x2a, 0x32:
      nested.truncate(to: 0)
      type = try value(range, of: bytes, depth: 1)
      output.varint(UInt64(nested.count))
      output.raw(0..<nested.count, of: nested)
      return type
    case 0x3a:
      let content = try cursor.content(in: bytes)
      output.varint(UInt64(content.count))
      output.raw(content, of: bytes)
      type = TypeNumber.bytes
    case 0x40:  // a string's position in a table, which only profiles have
      _ = try cursor.varint(in: bytes)
      type = TypeNumber.empty
    default: throw Unusual()
    }
    guard cursor.isAtEnd else { throw Unusual() }
    return type
  }

  /// Appends a KeyValue with its type and key, as events and links have them.
  mutating func attribute(_ range: Range<Int>, of bytes: RawSpan, to output: inout ByteStack) throws(Unusual) {
    let parts = try parts(range, in: bytes)
    let begin = output.count
    output.append(0)
    try output.text(parts.key, of: bytes)
    output[begin] = try content(parts.value, of: bytes, to: &output)
  }

  /// Whether any bit of the varint is set, as protobuf-c reads bools.
  private func bool(_ cursor: inout ScanCursor, in bytes: RawSpan) throws(Unusual) -> Bool {
    let begin = cursor.offset
    _ = try cursor.varint(in: bytes)
    return (begin..<cursor.offset).contains { bytes.byte(at: $0) & 0x7f != 0 }
  }
}

// MARK: - Values inside others, with their type in front (`AttributeValue+Bytes`)

extension ValueScanner {
  /// Appends an AnyValue to what is nested. Recursion ends at `RequestLimits.valueDepthMax`.
  private mutating func value(
    _ range: Range<Int>, of bytes: RawSpan, depth: Int
  ) throws(Unusual) -> UInt8 {
    guard depth <= RequestLimits.valueDepthMax else { throw Unusual() }
    guard !range.isEmpty else {
      nested.append(0)
      return TypeNumber.empty
    }
    fieldCount += 1
    var cursor = ScanCursor(range)
    let type: UInt8
    switch cursor.tag(in: bytes) {
    case 0x0a:
      nested.append(1)
      try string(cursor.content(in: bytes), of: bytes)
      type = TypeNumber.string
    case 0x10:
      nested.append(try bool(&cursor, in: bytes) ? 3 : 2)
      type = TypeNumber.bool
    case 0x18:
      nested.append(4)
      nested.zigzag(Int64(bitPattern: try cursor.varint(in: bytes)))
      type = TypeNumber.int
    case 0x21:
      nested.append(5)
      nested.fixed64(try cursor.fixed64(in: bytes))
      type = TypeNumber.double
    case 0x3a:
      let content = try cursor.content(in: bytes)
      nested.append(6)
      nested.varint(UInt64(content.count))
      nested.raw(content, of: bytes)
      type = TypeNumber.bytes
    case 0x2a:
      nested.append(7)
      try array(cursor.content(in: bytes), of: bytes, depth: depth + 1)
      type = TypeNumber.array
    case 0x32:
      nested.append(8)
      try list(cursor.content(in: bytes), of: bytes, depth: depth + 1)
      type = TypeNumber.keyValueList
    case 0x40:
      _ = try cursor.varint(in: bytes)
      nested.append(0)
      type = TypeNumber.empty
    default: throw Unusual()
    }
    guard cursor.isAtEnd else { throw Unusual() }
    return type
  }

  private mutating func array(_ range: Range<Int>, of bytes: RawSpan, depth: Int) throws(Unusual) {
    nested.varint(try elementCount(range, in: bytes))
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      _ = cursor.tag(in: bytes)
      _ = try value(cursor.content(in: bytes), of: bytes, depth: depth)
    }
  }

  private mutating func list(_ range: Range<Int>, of bytes: RawSpan, depth: Int) throws(Unusual) {
    nested.varint(try elementCount(range, in: bytes))
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      _ = cursor.tag(in: bytes)
      let parts = try parts(cursor.content(in: bytes), in: bytes)
      try string(parts.key, of: bytes)
      _ = try value(parts.value, of: bytes, depth: depth)
    }
  }

  /// How many elements an ArrayValue or KeyValueList has, both of which have them in field 1.
  private mutating func elementCount(_ range: Range<Int>, in bytes: RawSpan) throws(Unusual) -> UInt64 {
    var count: UInt64 = 0
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      guard cursor.tag(in: bytes) == 0x0a else { throw Unusual() }
      _ = try cursor.content(in: bytes)
      count += 1
    }
    fieldCount += Int(count)
    return count
  }

  private mutating func string(_ range: Range<Int>, of bytes: RawSpan) throws(Unusual) {
    nested.varint(UInt64(range.count))
    guard nested.utf8(range, of: bytes) else { throw Unusual() }
  }
}
