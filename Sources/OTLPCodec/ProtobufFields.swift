import TraceModel

/// The fields of one small protobuf message around larger ones that are packed already, such as an answer that says how
/// whole the spans in it are. Zero, empty and false fields are left out, as proto3 has it.
package struct ProtobufFields {
  private var writer = ByteWriter()

  package init() {}

  package var bytes: [UInt8] { writer.bytes }

  /// A message, which is there even if it is empty.
  package mutating func message(_ field: Int, _ content: [UInt8]) {
    writer.varint(field << 3 | 2)
    writer.lengthPrefixed(content)
  }

  package mutating func text(_ field: Int, _ text: String) {
    if text.isEmpty { return }
    writer.varint(field << 3 | 2)
    writer.string(text)
  }

  package mutating func number(_ field: Int, _ number: UInt64) {
    if number == 0 { return }
    writer.varint(field << 3)
    writer.varint(number)
  }
}
