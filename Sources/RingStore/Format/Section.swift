import TraceModel

/// One entry of a section table: a piece of a block or of a footer that is checked, and may be read, by itself.
struct Section: Equatable, Sendable {
  var id: UInt16
  var codec: Codec
  /// From the beginning of the block; in a trailer, of the slot.
  var offset: UInt32
  var storedByteCount: UInt32
  var rawByteCount: UInt32
  var checksum: UInt32

  /// How a section's bytes are to be read. Open: numbers from 16 on are reserved for compressors.
  struct Codec: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    /// As the section's own description says.
    static let verbatim = Codec(rawValue: 0)
    /// Little-endian numbers of so many bytes each: 1, 2, 4 or 8.
    static func numbers(width: UInt8) -> Codec { Codec(rawValue: width) }
    /// A column: its smallest number and what each row is more (`ColumnBytes`).
    static let column = Codec(rawValue: 9)
  }

  static let byteCount = 24
  static let idField = Field("id", at: 0, 2)
  static let codecField = Field("codec", at: 2, 1)
  static let offsetField = Field("offset", at: 4, 4)
  static let storedField = Field("length", at: 8, 4)
  static let rawField = Field("raw_length", at: 12, 4)
  static let checksumField = Field("crc", at: 16, 4)
  static let fields = [idField, codecField, offsetField, storedField, rawField, checksumField]

  var range: Range<UInt64> { UInt64(offset)..<UInt64(offset) + UInt64(storedByteCount) }

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.put(id, in: Self.idField)
    bytes.put(codec.rawValue, in: Self.codecField)
    bytes.put(offset, in: Self.offsetField)
    bytes.put(storedByteCount, in: Self.storedField)
    bytes.put(rawByteCount, in: Self.rawField)
    bytes.put(checksum, in: Self.checksumField)
    return bytes
  }

  /// Reads `count` entries from the beginning of `bytes`; every section must lie inside `bounds`.
  static func table(
    _ count: Int, from bytes: ArraySlice<UInt8>, within bounds: Range<UInt64>
  ) throws(CodingError) -> [Section] {
    guard count <= Limits.sectionCountMax, count * byteCount <= bytes.count else { throw .truncated }
    var table: [Section] = []
    for position in 0..<count {
      let entry = bytes.dropFirst(position * byteCount).prefix(byteCount)
      let section = Section(
        id: entry.number(idField), codec: Codec(rawValue: entry.number(codecField)), offset: entry.number(offsetField),
        storedByteCount: entry.number(storedField), rawByteCount: entry.number(rawField),
        checksum: entry.number(checksumField))
      guard section.range.lowerBound >= bounds.lowerBound, section.range.upperBound <= bounds.upperBound else {
        throw .malformed("section table")
      }
      table.append(section)
    }
    return table
  }
}
