import TraceModel

/// Sections of one block, checked against their checksums, by name. Reads spans from them; hostile bytes throw.
struct SectionBytes {
  private var contents: [UInt16: (codec: Section.Codec, bytes: ArraySlice<UInt8>)] = [:]
  let spanCount: Int

  init(spanCount: Int) {
    self.spanCount = spanCount
  }

  mutating func add(_ section: Section, _ bytes: ArraySlice<UInt8>) throws(CodingError) {
    guard bytes.count == section.storedByteCount, Checksum.of(bytes) == section.checksum else {
      throw .malformed("section \(section.id): checksum")
    }
    guard contents.updateValue((section.codec, bytes), forKey: section.id) == nil else {
      throw .malformed("section \(section.id): twice")
    }
  }

  /// Bytes without numbers in front; a missing section is an empty one.
  func verbatim(_ id: BlockSection) throws(CodingError) -> ArraySlice<UInt8> {
    guard let (codec, bytes) = contents[id.rawValue] else { return [] }
    guard codec == .verbatim else { throw .malformed("section \(id): codec \(codec.rawValue)") }
    return bytes
  }

  /// The numbers of a column, or those of `rows`.
  @inline(__always) func column<Element>(
    _ id: BlockSection, count: Int, rows: [Int]? = nil, _ element: (UInt64) -> Element
  ) throws(CodingError) -> [Element] {
    guard let (codec, bytes) = contents[id.rawValue] else { throw .malformed("block: no section \(id)") }
    guard codec == .column else { throw .malformed("section \(id): codec \(codec.rawValue)") }
    do { return try ColumnBytes.decodeColumn(bytes, count: count, rows: rows, element) } catch {
      throw .malformed("section \(id): \(error)")
    }
  }

  @inline(__always) func column<Element>(
    _ id: BlockSection, rows: [Int]?, _ element: (UInt64) -> Element
  ) throws(CodingError) -> [Element] {
    try column(id, count: spanCount, rows: rows, element)
  }

  func has(_ id: BlockSection) -> Bool { contents[id.rawValue] != nil }

  /// Span IDs as they lie one behind the other.
  func spanIDs(_ id: BlockSection, rows: [Int]? = nil) throws(CodingError) -> [SpanID] {
    let bytes = try verbatim(id)
    guard bytes.count % 8 == 0, id != .spanIDs || bytes.count == spanCount * 8 else {
      throw .malformed("section \(id)")
    }
    return ColumnBytes.decode(bytes, rows: rows) { (number: UInt64) in SpanID(rawValue: number.byteSwapped) }
  }

  /// The traces of the block, each once.
  func traceIDs() throws(CodingError) -> [TraceID] {
    let bytes = try verbatim(.traceIDs)
    guard bytes.count % 16 == 0 else { throw .malformed("section traceIDs") }
    let halves = ColumnBytes.decode(bytes, rows: nil) { (half: UInt64) in half.byteSwapped }
    return stride(from: 0, to: halves.count, by: 2).map { TraceID(high: halves[$0], low: halves[$0 + 1]) }
  }

  /// In rising order.
  func rows(of traceID: TraceID) throws(CodingError) -> [Int] {
    guard let number = try traceIDs().firstIndex(of: traceID) else { return [] }
    let indices = try column(.traceIndices, rows: nil) { $0 }
    var rows: [Int] = []
    for (row, index) in indices.enumerated() where index == UInt64(number) { rows.append(row) }
    return rows
  }

  /// The entries of a table.
  func table(_ id: BlockSection) throws(CodingError) -> [ArraySlice<UInt8>] {
    var reader = ByteReader(try verbatim(id))
    var entries: [ArraySlice<UInt8>] = []
    while !reader.isAtEnd { entries.append(try reader.lengthPrefixed()) }
    return entries
  }
}
