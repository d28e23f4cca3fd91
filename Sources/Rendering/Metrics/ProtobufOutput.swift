/// Writes the few kinds of fields that Prometheus's messages have
/// (https://protobuf.dev/programming-guides/encoding/).
struct ProtobufOutput {
  private(set) var bytes: [UInt8] = []

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func key(_ field: UInt64, _ kind: UInt64) { varint(field << 3 | kind) }

  mutating func integer(_ field: UInt64, _ value: UInt64) {
    key(field, 0)
    varint(value)
  }

  /// As zigzag.
  mutating func signed(_ field: UInt64, _ value: Int64) {
    integer(field, UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  mutating func double(_ field: UInt64, _ value: Double) {
    key(field, 1)
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64(byte)))) }
  }

  mutating func text(_ field: UInt64, _ text: String) {
    key(field, 2)
    varint(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  mutating func message(_ field: UInt64, _ write: (inout ProtobufOutput) -> Void) {
    var message = ProtobufOutput()
    write(&message)
    key(field, 2)
    delimited(message)
  }

  /// A message behind its length.
  mutating func delimited(_ message: ProtobufOutput) {
    varint(UInt64(message.bytes.count))
    bytes += message.bytes
  }
}
