/// Protobuf written by hand, field by field: what these tests send owes nothing to the code that they test, and can be
/// as wrong as a test needs.
struct Protobuf: Sendable {
  private(set) var bytes: [UInt8] = []

  enum WireType: Int { case varint = 0, fixed64 = 1, lengthDelimited = 2, startGroup = 3, fixed32 = 5 }

  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  mutating func tag(_ field: Int, _ type: WireType) {
    bytes += Self.varint(UInt64(field << 3 | type.rawValue))
  }

  mutating func varint(_ field: Int, _ value: UInt64) {
    tag(field, .varint)
    bytes += Self.varint(value)
  }

  mutating func fixed64(_ field: Int, _ value: UInt64) {
    tag(field, .fixed64)
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Strings, bytes and messages.
  mutating func bytes(_ field: Int, _ content: [UInt8]) {
    tag(field, .lengthDelimited)
    bytes += Self.varint(UInt64(content.count)) + content
  }

  mutating func text(_ field: Int, _ content: String) { bytes(field, Array(content.utf8)) }

  mutating func message(_ field: Int, _ build: (inout Protobuf) -> Void) {
    var message = Protobuf()
    build(&message)
    bytes(field, message.bytes)
  }

  static func make(_ build: (inout Protobuf) -> Void) -> [UInt8] {
    var message = Protobuf()
    build(&message)
    return message.bytes
  }
}

extension Protobuf {
  /// A field as it stands on the wire: a varint's value is in `number`, the bytes of any other in `content`.
  struct Field: Sendable {
    var id: Int
    var number: UInt64 = 0
    var content: [UInt8] = []
  }

  /// The fields of a message; nil if it is none.
  static func fields(of message: [UInt8]) -> [Field]? {
    var (fields, rest) = ([Field](), message[...])
    while !rest.isEmpty {
      guard let tag = readVarint(&rest) else { return nil }
      switch WireType(rawValue: Int(tag & 7)) {
      case .varint:
        guard let number = readVarint(&rest) else { return nil }
        fields.append(Field(id: Int(tag >> 3), number: number))
      case .lengthDelimited:
        guard let length = readVarint(&rest), length <= UInt64(rest.count) else { return nil }
        fields.append(Field(id: Int(tag >> 3), content: Array(rest.prefix(Int(length)))))
        rest = rest.dropFirst(Int(length))
      case .fixed64 where rest.count >= 8:
        fields.append(Field(id: Int(tag >> 3), content: Array(rest.prefix(8))))
        rest = rest.dropFirst(8)
      case .fixed32 where rest.count >= 4:
        fields.append(Field(id: Int(tag >> 3), content: Array(rest.prefix(4))))
        rest = rest.dropFirst(4)
      default: return nil
      }
    }
    return fields
  }

  private static func readVarint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
