import TraceModel

/// The sections of one block, checked against their checksums, by name. Reads spans from them; hostile bytes throw.
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

  func traceIDs(rows: [Int]? = nil) throws(CodingError) -> [TraceID] {
    let bytes = try fixed(.traceIDs, width: 16)
    let halves: [UInt64] = ColumnBytes.decode(bytes, rows: rows?.flatMap { [2 * $0, 2 * $0 + 1] }) {
      (half: UInt64) in half.byteSwapped
    }
    return stride(from: 0, to: halves.count, by: 2).map { TraceID(high: halves[$0], low: halves[$0 + 1]) }
  }

  /// All spans, or those of `rows`, which must be rows of the block in rising order.
  func spans(rows: [Int]? = nil) throws(CodingError) -> SpanBatch {
    var batch = SpanBatch()
    batch.traceIDs = try traceIDs(rows: rows)
    batch.spanIDs = ColumnBytes.decode(try fixed(.spanIDs, width: 8), rows: rows) { (bytes: UInt64) in
      SpanID(rawValue: bytes.byteSwapped)
    }
    batch.parentSpanIDs = ColumnBytes.decode(try fixed(.parentSpanIDs, width: 8), rows: rows) { (bytes: UInt64) in
      SpanID(rawValue: bytes.byteSwapped)
    }
    batch.starts = try numbers(.starts, rows) { Timestamp(unixNanoseconds: $0) }
    batch.ends = try numbers(.ends, rows) { Timestamp(unixNanoseconds: $0) }
    batch.kinds = try numbers(.kinds, rows) { SpanKind(rawValue: Int32(truncatingIfNeeded: $0)) }
    batch.statusCodes = try numbers(.statusCodes, rows) { SpanStatus.Code(rawValue: Int32(truncatingIfNeeded: $0)) }
    batch.flags = try numbers(.flags, rows) { UInt32(truncatingIfNeeded: $0) }
    batch.resourceIndices = try numbers(.resourceIndices, rows) { UInt32(truncatingIfNeeded: $0) }
    batch.scopeIndices = try numbers(.scopeIndices, rows) { UInt32(truncatingIfNeeded: $0) }
    batch.nameIndices = try numbers(.nameIndices, rows) { UInt32(truncatingIfNeeded: $0) }
    batch.resources = try table(.resources) { reader throws(CodingError) in try Resource(from: &reader) }
    batch.scopes = try table(.scopes) { reader throws(CodingError) in try InstrumentationScope(from: &reader) }
    batch.shapeIndices = try numbers(.shapeIndices, rows) { UInt32(truncatingIfNeeded: $0) }
    batch.shapes = try table(.shapes) { reader throws(CodingError) in
      try AttributeShape(from: Array(try reader.lengthPrefixed()))
    }
    batch.names = try table(.names) { reader throws(CodingError) in try reader.string() }
    try addDetails(to: &batch, rows: rows)
    try batch.validate()
    return batch
  }

  private func addDetails(to batch: inout SpanBatch, rows: [Int]?) throws(CodingError) {
    let ends = try numbers(.detailEnds, nil) { UInt32(truncatingIfNeeded: $0) }
    let details = try content(.details).bytes
    guard let rows else {
      (batch.detailEnds, batch.details) = (ends, Array(details))
      return
    }
    for row in rows {
      let (begin, end) = (row == 0 ? 0 : Int(ends[row - 1]), Int(ends[row]))
      guard begin <= end, end <= details.count else { throw .malformed("details") }
      batch.details.append(contentsOf: details.dropFirst(begin).prefix(end - begin))
      batch.detailEnds.append(UInt32(batch.details.count))
    }
  }

  private func content(_ id: BlockSection) throws(CodingError) -> (codec: Section.Codec, bytes: ArraySlice<UInt8>) {
    guard let content = contents[id.rawValue] else { throw .malformed("block: no section \(id)") }
    return content
  }

  /// Elements of `width` bytes, one a span.
  private func fixed(_ id: BlockSection, width: Int) throws(CodingError) -> ArraySlice<UInt8> {
    let (codec, bytes) = try content(id)
    guard codec == .verbatim, bytes.count == spanCount * width else { throw .malformed("section \(id)") }
    return bytes
  }

  private func numbers<Element>(
    _ id: BlockSection, _ rows: [Int]?, _ element: (UInt64) -> Element
  ) throws(CodingError) -> [Element] {
    let (codec, bytes) = try content(id)
    let width = Int(codec.rawValue)
    guard bytes.count == spanCount * width else { throw .malformed("section \(id)") }
    switch width {
    case 1: return ColumnBytes.decode(bytes, rows: rows) { (number: UInt8) in element(UInt64(number)) }
    case 2: return ColumnBytes.decode(bytes, rows: rows) { (number: UInt16) in element(UInt64(number)) }
    case 4: return ColumnBytes.decode(bytes, rows: rows) { (number: UInt32) in element(UInt64(number)) }
    case 8: return ColumnBytes.decode(bytes, rows: rows) { (number: UInt64) in element(number) }
    default: throw .malformed("section \(id): codec \(codec.rawValue)")
    }
  }

  private func table<Element>(
    _ id: BlockSection, _ element: (inout ByteReader) throws(CodingError) -> Element
  ) throws(CodingError) -> [Element] {
    let (codec, bytes) = try content(id)
    guard codec == .verbatim else { throw .malformed("section \(id): codec \(codec.rawValue)") }
    var reader = ByteReader(bytes)
    var elements: [Element] = []
    for _ in 0..<(try reader.elementCount()) { elements.append(try element(&reader)) }
    guard reader.isAtEnd else { throw .malformed("section \(id): too long") }
    return elements
  }
}
