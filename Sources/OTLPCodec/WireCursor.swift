/// A field as it stands in the bytes.
struct WireField {
  var number: UInt32
  /// Nothing for a field that the message's shape does not know.
  var shape: MessageShape.Field?
  /// Where the value stands, without a length in front of it.
  var content: Range<Int>
}

/// Goes through the fields of one message (https://protobuf.dev/programming-guides/encoding/), each read checked against
/// the message's end. Takes nothing that protobuf-c refuses: no groups, no field 0, lengths of at most 5 bytes.
struct WireCursor {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field, or nothing at the message's end.
  mutating func next(of message: MessageShape, in bytes: RawSpan) throws(DecodeError) -> WireField? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try varint(byteCountMax: 5, in: bytes)
    guard tag >> 3 > 0, let number = UInt32(exactly: tag >> 3), number < 1 << 29 else {
      throw .malformed(at: start, "field number \(tag >> 3)")
    }
    let shape = message.field(number)
    guard let wireType = WireType(rawValue: UInt8(tag & 7)) else {
      throw .malformed(at: start, "wire type \(tag & 7) of field \(number)")
    }
    guard shape == nil || shape?.wireType == wireType else {
      throw .malformed(at: start, "wire type \(tag & 7) of field \(number) of \(message)")
    }
    return WireField(number: number, shape: shape, content: try content(wireType, in: bytes))
  }

  /// The next field 2 of a ResourceSpans or ScopeSpans, of which there are many, or nothing at the message's end.
  @inline(__always)
  mutating func nextSecond(of message: MessageShape, in bytes: RawSpan) throws(DecodeError) -> Range<Int>? {
    while offset < end {
      // The fields of both are 1 to 3, all with lengths, nearly all of one byte or two.
      if end &- offset >= 3 {
        let tag = bytes.byte(at: offset)
        let (low, high) = (bytes.byte(at: offset &+ 1), bytes.byte(at: offset &+ 2))
        let isShort = low < 0x80
        let length = isShort ? Int(low) : Int(low & 0x7f) | Int(high) << 7
        let begin = offset &+ (isShort ? 2 : 3)
        if tag == 0x12 || tag == 0x0a || tag == 0x1a, isShort || high < 0x80, length <= end &- begin {
          offset = begin &+ length
          if tag == 0x12 { return begin..<offset }
          continue
        }
      }
      if let field = try next(of: message, in: bytes), field.number == 2 { return field.content }
    }
    return nil
  }

  @inline(__always)
  private mutating func content(_ wireType: WireType, in bytes: RawSpan) throws(DecodeError) -> Range<Int> {
    var start = offset
    var count: Int
    switch wireType {
    case .varint:
      _ = try varint(byteCountMax: 10, in: bytes)
      return start..<offset
    case .fixed32: count = 4
    case .fixed64: count = 8
    case .bytes:
      let length = try varint(byteCountMax: 5, in: bytes)
      guard length <= UInt64(end - offset) else {
        throw .malformed(at: start, "length \(length) where \(end - offset) bytes are left")
      }
      (start, count) = (offset, Int(length))
    }
    guard count <= end - start else { throw .malformed(at: start, "the bytes end inside a number") }
    offset = start + count
    return start..<offset
  }

  @inline(__always)
  private mutating func varint(byteCountMax: Int, in bytes: RawSpan) throws(DecodeError) -> UInt64 {
    let start = offset
    // Nearly all are of one byte.
    if offset < end, bytes.byte(at: offset) < 0x80 {
      offset += 1
      return UInt64(bytes.byte(at: start))
    }
    var number: UInt64 = 0
    while offset < end, offset - start < byteCountMax {
      let byte = bytes.byte(at: offset)
      number |= UInt64(byte & 0x7f) << UInt64(7 * (offset - start))
      offset += 1
      if byte < 0x80 { return number }
    }
    throw .malformed(at: start, "a number without an end")
  }
}

/// How a field's end is found; the groups of old are refused.
private enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case bytes = 2
  case fixed32 = 5
}

extension MessageShape.Field {
  fileprivate var wireType: WireType {
    switch self {
    case .varint: .varint
    case .fixed32: .fixed32
    case .fixed64: .fixed64
    case .bytes, .message: .bytes
    }
  }
}
