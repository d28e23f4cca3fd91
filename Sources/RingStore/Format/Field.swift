/// Where a number stands in a record of fixed layout. The names are those of the format's page, which a test holds
/// against these.
struct Field: Equatable, Sendable {
  let name: String
  let offset: Int
  let byteCount: Int

  init(_ name: String, at offset: Int, _ byteCount: Int) {
    self.name = name
    self.offset = offset
    self.byteCount = byteCount
  }

  var end: Int { offset + byteCount }
}

extension [UInt8] {
  /// Writes a number, little-endian, into a field of its width.
  mutating func put(_ number: some FixedWidthInteger, in field: Field) {
    precondition(field.byteCount == number.bitWidth / 8)
    for position in 0..<field.byteCount {
      self[field.offset + position] = UInt8(truncatingIfNeeded: number >> (8 * position))
    }
  }

  mutating func put(_ ring: RingID, in field: Field) {
    replaceSubrange(field.offset..<field.end, with: ring.bytes)
  }
}

extension ArraySlice<UInt8> {
  /// Reads a little-endian number. The caller has checked that the record is whole.
  func number<Number: FixedWidthInteger>(_ field: Field) -> Number {
    precondition(field.byteCount == Number.bitWidth / 8)
    var number: Number = 0
    for position in 0..<field.byteCount {
      number |= Number(truncatingIfNeeded: self[startIndex + field.offset + position]) << (8 * position)
    }
    return number
  }

  func ringID(_ field: Field) -> RingID {
    let half = field.byteCount / 2
    return RingID(
      high: number(Field("", at: field.offset, half)), low: number(Field("", at: field.offset + half, half)))
  }
}
