/// Reads what `ByteWriter` wrote, from bytes that may be anything: every read is checked against the end.
package struct ByteReader {
  @usableFromInline let bytes: ArraySlice<UInt8>
  @usableFromInline package internal(set) var offset: Int

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    offset = bytes.startIndex
  }

  package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  @inlinable package var remaining: Int { bytes.endIndex - offset }
  package var isAtEnd: Bool { remaining == 0 }

  package mutating func raw(_ count: Int) throws(CodingError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw .truncated }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  package mutating func skip(_ count: UInt64) throws(CodingError) {
    guard count <= UInt64(remaining) else { throw .truncated }
    offset += Int(count)
  }

  @inlinable @inline(__always) package mutating func byte() throws(CodingError) -> UInt8 {
    guard remaining > 0 else { throw .truncated }
    defer { offset += 1 }
    return bytes[offset]
  }

  package mutating func fixed<Number: FixedWidthInteger>() throws(CodingError) -> Number {
    var number: Number = 0
    for (position, byte) in try raw(Number.bitWidth / 8).enumerated() {
      number |= Number(truncatingIfNeeded: byte) << (8 * Number(position))
    }
    return number
  }

  /// Mostly one byte, for which there is no loop and no call.
  @inlinable @inline(__always) package mutating func varint() throws(CodingError) -> UInt64 {
    if offset < bytes.endIndex, bytes[offset] < 0x80 {
      defer { offset += 1 }
      return UInt64(bytes[offset])
    }
    return try longVarint()
  }

  @usableFromInline mutating func longVarint() throws(CodingError) -> UInt64 {
    let (bytes, end) = (bytes, bytes.endIndex)
    var (number, shift, position): (UInt64, UInt64, Int) = (0, 0, offset)
    while position < end {
      let byte = bytes[position]
      if shift == 63 && byte > 1 { throw .malformed("varint") }
      number |= UInt64(byte & 0x7f) << shift
      position += 1
      if byte < 0x80 {
        offset = position
        return number
      }
      shift += 7
    }
    throw .truncated
  }

  @inlinable @inline(__always) package mutating func zigzag() throws(CodingError) -> Int64 {
    let number = try varint()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  package mutating func lengthPrefixed() throws(CodingError) -> ArraySlice<UInt8> {
    let length = try varint()
    guard length <= UInt64(remaining) else { throw .truncated }
    return try raw(Int(length))
  }

  /// Bytes that are not UTF-8 read as U+FFFD; whoever wrote them has checked.
  package mutating func string() throws(CodingError) -> String {
    String(decoding: try lengthPrefixed(), as: UTF8.self)
  }

  /// A number of elements that each take at least one byte, so that a false count cannot reserve memory.
  package mutating func elementCount() throws(CodingError) -> Int {
    let count = try varint()
    guard count <= UInt64(remaining) else { throw .truncated }
    return Int(count)
  }
}

/// Why bytes could not be read.
package enum CodingError: Error, Equatable, Sendable {
  case truncated
  case malformed(String)
}

extension CodingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated: "the bytes end too early"
    case .malformed(let what): "malformed \(what)"
    }
  }
}
