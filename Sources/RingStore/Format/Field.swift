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
    var (rest, position) = (UInt64(truncatingIfNeeded: number), field.offset)
    while position < field.end {
      self[position] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
      position += 1
    }
  }

  mutating func put(_ ring: RingID, in field: Field) {
    let half = field.byteCount / 2
    put(ring.high, in: Field("", at: field.offset, half))
    put(ring.low, in: Field("", at: field.offset + half, half))
  }
}

extension ArraySlice<UInt8> {
  /// Reads a little-endian number. The caller has checked that the record is whole.
  func number<Number: FixedWidthInteger>(_ field: Field) -> Number {
    precondition(field.byteCount == Number.bitWidth / 8)
    var (number, position) = (UInt64(0), startIndex + field.end)
    while position > startIndex + field.offset {
      position -= 1
      number = number << 8 | UInt64(self[position])
    }
    return Number(truncatingIfNeeded: number)
  }

  func ringID(_ field: Field) -> RingID {
    let half = field.byteCount / 2
    return RingID(
      high: number(Field("", at: field.offset, half)), low: number(Field("", at: field.offset + half, half)))
  }
}
