/// Appends numbers and strings to bytes: little-endian fixed widths, LEB128 varints, strings with their length first.
package struct ByteWriter {
  package private(set) var bytes: [UInt8]

  package init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  package mutating func fixed<Number: FixedWidthInteger>(_ number: Number) {
    for position in 0..<(Number.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * Number(position))))
    }
  }

  package mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func varint(_ number: Int) { varint(UInt64(number)) }

  /// Small magnitudes of either sign stay short.
  package mutating func zigzag(_ number: Int64) {
    varint(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  package mutating func string(_ text: String) {
    varint(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func lengthPrefixed(_ content: some Collection<UInt8>) {
    varint(content.count)
    bytes.append(contentsOf: content)
  }

  package mutating func raw(_ content: some Collection<UInt8>) {
    bytes.append(contentsOf: content)
  }
}
