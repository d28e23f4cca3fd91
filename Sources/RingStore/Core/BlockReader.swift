import TraceModel

/// One block whose header and section table have been checked; reads the sections that are asked for.
struct BlockReader {
  let header: BlockHeader
  private let slot: SlotReader
  private let offset: UInt64
  private let sections: [Section]

  /// - Parameter segment: whose block it must be; nil accepts any.
  /// - Throws: `.damaged` for anything that is not such a block.
  init(_ slot: SlotReader, at offset: UInt64, segment: UInt64?) throws(RingError) {
    self.slot = slot
    self.offset = offset
    let page = try slot.bytes(at: offset, count: Limits.pageByteCount, of: .block, segment: segment)
    do throws(CodingError) {
      header = try BlockHeader(from: page[...], at: slot.place(at: offset), layout: slot.layout)
      if let segment, header.segment != segment { throw .malformed("block: of segment \(header.segment)") }
      let tableByteCount = Int(header.sectionCount) * Section.byteCount
      let table = page.dropFirst(BlockHeader.byteCount).prefix(tableByteCount)
      guard Checksum.of(table) == header.tableChecksum else { throw .malformed("block: section table checksum") }
      let begin = UInt64(BlockHeader.byteCount + tableByteCount)
      sections = try Section.table(
        Int(header.sectionCount), from: table,
        within: begin..<UInt64(BlockHeader.byteCount) + UInt64(header.payloadByteCount))
    } catch {
      throw .damaged(slot.damage(.block, segment: segment, at: offset, "\(error)"))
    }
  }

  /// Checks every section, known or not.
  func traceIDsAfterCheckingAll() throws(RingError) -> [TraceID] {
    try decode(sections) { (bytes) throws(CodingError) in header.spanCount == 0 ? [] : try bytes.traceIDs() }
  }

  /// The rows of one trace, looked for in the column of trace IDs alone.
  func rows(of traceID: TraceID) throws(RingError) -> [Int] {
    let traceIDs = try decode(sections.filter { $0.id == BlockSection.traceIDs.rawValue }) {
      (bytes) throws(CodingError) in try bytes.traceIDs()
    }
    return traceIDs.indices.filter { traceIDs[$0] == traceID }
  }

  /// All spans, or those of `rows`.
  func spans(rows: [Int]? = nil) throws(RingError) -> SpanBatch {
    try decode(sections.filter { BlockSection(rawValue: $0.id) != nil }) { (bytes) throws(CodingError) in
      try bytes.spans(rows: rows)
    }
  }

  /// Reads the wanted sections with one call, from the first to the last of them.
  private func decode<Result>(
    _ wanted: [Section], _ result: (SectionBytes) throws(CodingError) -> Result
  ) throws(RingError) -> Result {
    let begin = wanted.map(\.range.lowerBound).min() ?? 0
    let end = wanted.map(\.range.upperBound).max() ?? 0
    let content = try slot.bytes(
      at: offset + begin, count: Int(end - begin), of: .block, segment: header.segment)
    do throws(CodingError) {
      var bytes = SectionBytes(spanCount: Int(header.spanCount))
      for section in wanted {
        let start = Int(section.range.lowerBound - begin)
        try bytes.add(section, content.dropFirst(start).prefix(Int(section.storedByteCount)))
      }
      return try result(bytes)
    } catch {
      throw .damaged(slot.damage(.block, segment: header.segment, at: offset, "\(error)"))
    }
  }
}
