/// The scanner does not take what stands there: not wrong, perhaps, but not usual. Whoever gets this asks protobuf-c.
struct Unusual: Error {}

/// Goes through the fields of one message as quickly as can be. Takes only what `WireCursor` and protobuf-c take, and
/// less: what is not plain is `Unusual`, and judged by them.
///
/// Offsets lie inside of the bytes and are only added to after a comparison with the end, so the sums are not checked a
/// second time; reads are.
struct ScanCursor {
  private(set) var offset: Int
  let end: Int

  @inline(__always)
  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  @inline(__always)
  var isAtEnd: Bool { offset == end }

  /// The next field's tag, if it is one byte: fields 1 to 15.
  @inline(__always)
  mutating func tag(in bytes: RawSpan) -> UInt8 {
    // The loops ask `isAtEnd`, and RawSpan checks.
    defer { offset &+= 1 }
    return bytes.byte(at: offset)
  }

  @inline(__always)
  mutating func varint(in bytes: RawSpan) throws(Unusual) -> UInt64 {
    guard offset < end else { throw Unusual() }
    let byte = bytes.byte(at: offset)
    offset &+= 1
    return byte < 0x80 ? UInt64(byte) : try longVarint(byte, in: bytes)
  }

  /// At most ten bytes; what does not fit 64 bits is cut off, as protobuf-c does it.
  private mutating func longVarint(_ first: UInt8, in bytes: RawSpan) throws(Unusual) -> UInt64 {
    var number = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while offset < end, shift < 70 {
      let byte = bytes.byte(at: offset)
      offset += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    throw Unusual()
  }

  /// The content of a field with a length, of at most four bytes.
  @inline(__always)
  mutating func content(in bytes: RawSpan) throws(Unusual) -> Range<Int> {
    guard offset < end else { throw Unusual() }
    var length = Int(bytes.byte(at: offset))
    offset &+= 1
    if length >= 0x80 { length = try longLength(length, in: bytes) }
    guard length <= end &- offset else { throw Unusual() }
    offset &+= length
    return (offset &- length)..<offset
  }

  private mutating func longLength(_ first: Int, in bytes: RawSpan) throws(Unusual) -> Int {
    var length = first & 0x7f
    for shift in [7, 14, 21] {
      guard offset < end else { throw Unusual() }
      let byte = Int(bytes.byte(at: offset))
      offset += 1
      length |= (byte & 0x7f) << shift
      if byte < 0x80 { return length }
    }
    throw Unusual()
  }

  @inline(__always)
  mutating func fixed64(in bytes: RawSpan) throws(Unusual) -> UInt64 {
    guard end &- offset >= 8 else { throw Unusual() }
    defer { offset &+= 8 }
    return bytes.fixed64(at: offset)
  }

  @inline(__always)
  mutating func fixed32(in bytes: RawSpan) throws(Unusual) -> UInt32 {
    guard end &- offset >= 4 else { throw Unusual() }
    defer { offset &+= 4 }
    return bytes.fixed32(at: offset)
  }

  /// The tag of a field past 15, of which the first byte has been read.
  mutating func longTag(_ first: UInt8, in bytes: RawSpan) throws(Unusual) -> Int {
    guard first >= 0x80, offset < end, (1..<0x80).contains(bytes.byte(at: offset)) else { throw Unusual() }
    defer { offset += 1 }
    return Int(first & 0x7f) | Int(bytes.byte(at: offset)) << 7
  }

  /// Goes on behind the value of a field.
  mutating func skip(wireType: Int, in bytes: RawSpan) throws(Unusual) {
    switch wireType {
    case 0: _ = try varint(in: bytes)
    case 1: _ = try fixed64(in: bytes)
    case 2: _ = try content(in: bytes)
    case 5: _ = try fixed32(in: bytes)
    default: throw Unusual()
    }
  }
}
