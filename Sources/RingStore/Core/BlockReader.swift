import TraceModel

/// One block whose header and section table have been checked; reads the sections that are asked for, and believes none
/// of them before its checksum.
struct BlockReader {
  let header: BlockHeader
  private let slot: SlotReader
  private let offset: UInt64
  let sections: [Section]
  /// The block's first page: small blocks need no other.
  private let page: [UInt8]

  /// - Parameter segment: whose block it must be; nil accepts any.
  /// - Throws: `.damaged` for anything that is not such a block.
  init(_ slot: SlotReader, at offset: UInt64, segment: UInt64?) throws(RingError) {
    self.slot = slot
    self.offset = offset
    page = try slot.bytes(at: offset, count: Limits.pageByteCount, of: .block, segment: segment)
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

  /// What is indexed of the block, tokens left out, after checking every section, known or not.
  func digestAfterCheckingAll() throws(RingError) -> BlockDigest {
    let bytes = try read { _ in true }
    return try checked { () throws(CodingError) in
      var (batch, traceIDs) = (SpanBatch(), [TraceID]())
      if header.spanCount > 0 {
        batch = try bytes.links(rows: nil)
        try batch.validate()
        traceIDs = try bytes.traceIDs()
      }
      return BlockDigest(of: batch, traceIDs: traceIDs, key: slot.hashKey)
    }
  }

  /// Some sections, as they are.
  func columns(_ ids: Set<BlockSection>) throws(RingError) -> SectionBytes {
    try read { $0.map(ids.contains) ?? false }
  }

  func damaged(_ error: CodingError) -> RingError {
    .damaged(slot.damage(.block, segment: header.segment, at: offset, "\(error)"))
  }

  /// The rows of one trace in rising order, looked for in the columns of trace IDs alone.
  func rows(of traceID: TraceID) throws(RingError) -> [Int] {
    let bytes = try read { $0.map(BlockSection.traces.contains) ?? false }
    return try checked { () throws(CodingError) in try bytes.rows(of: traceID) }
  }

  /// All spans, or those of `rows`, without details: annotated, with resources and names, for links and searches.
  func links(rows: [Int]? = nil) throws(RingError) -> SpanBatch {
    let bytes = try read { $0.map(BlockSection.links.contains) ?? false }
    return try checked { () throws(CodingError) in
      let batch = try bytes.links(rows: rows)
      try batch.validate()
      return batch
    }
  }

  /// All spans, or those of `rows`, which must be rows of the block in rising order. For a few rows little more is read
  /// than what they need.
  func spans(rows: [Int]? = nil) throws(RingError) -> SpanBatch {
    let bytes = try read { id in id.map { rows == nil || $0 < .dictionary } ?? false }
    var batch = try checked { () throws(CodingError) in try bytes.links(rows: rows) }
    let (stored, dictionary) = try details(rows: rows, bytes)
    return try checked { () throws(CodingError) in
      try stored.expand(
        with: dictionary, shapeByteCount: expandedByteCount(of: .shapes),
        detailByteCount: expandedByteCount(of: .details), into: &batch)
      try bytes.addScopes(rows: rows, to: &batch)
      try batch.validate()
      return batch
    }
  }

  /// Asks about attributes of some rows, in rising order.
  /// - Returns: by question, then by row.
  func verdicts(_ probe: AttributeProbe, rows: [Int]) throws(RingError) -> [[AttributeProbe.Verdict]] {
    // All rows are read in fewer steps than as many by number.
    let isWhole = rows.count > Int(header.spanCount) / 8
    let bytes = try read { id in
      id.map { BlockSection.detailPlaces.contains($0) || isWhole && ($0 == .dictionary || $0 == .details) } ?? false
    }
    let (stored, dictionary) = try details(rows: isWhole ? nil : rows, bytes)
    return try checked { () throws(CodingError) in
      try probe.verdicts(
        stored,
        shapes: try stored.expandedShapes(with: dictionary, shapeByteCount: expandedByteCount(of: .shapes)),
        dictionary, rows: isWhole ? rows : Array(rows.indices))
    }
  }

  /// - Parameters:
  ///   - rows: nil for all.
  ///   - bytes: what tells where details and texts begin; all of both, where `rows` is nil.
  private func details(
    rows: [Int]?, _ bytes: SectionBytes
  ) throws(RingError) -> (StoredDetails, TextDictionary) {
    let places = try checked { () throws(CodingError) in
      try bytes.detailPlaces(
        detailByteCount: Int(section(.details)?.storedByteCount ?? 0),
        dictionaryByteCount: Int(section(.dictionary)?.storedByteCount ?? 0))
    }
    let chunks = rows.map { places.detailChunks.numbers(of: $0) }
    let details = try strings(.details, places.detailByteCounts, places.detailChunks, chunks, bytes)
    let stored = try checked { () throws(CodingError) in try bytes.storedDetails(details, rows: rows) }
    let textChunks = try rows.map { _ throws(RingError) in
      let numbers = try checked { () throws(CodingError) in try stored.references(wholeCount: places.wholeCount) }
      return places.textChunks.numbers(of: numbers)
    }
    let texts = try strings(.dictionary, places.textByteCounts, places.textChunks, textChunks, bytes)
    return (stored, TextDictionary(texts: texts, wholeCount: places.wholeCount))
  }

  /// The requests whose spans are all in this block.
  func requests() throws(RingError) -> [RequestFingerprint] {
    guard section(.requests) != nil else { return [] }
    let bytes = try read { $0 == .requests }
    return try checked { () throws(CodingError) in
      let content = try bytes.verbatim(.requests)
      guard content.count % RequestFingerprint.byteCount == 0 else { throw .malformed("section requests") }
      return stride(from: 0, to: content.count, by: RequestFingerprint.byteCount).map { start in
        RequestFingerprint(bytes: content.dropFirst(start).prefix(RequestFingerprint.byteCount))
      }
    }
  }

  /// What the digest's tokens were when the block was written, in any order.
  func tokens() throws(RingError) -> [UInt32] {
    var workspace = BlockWorkspace(slot.hashKey)
    return workspace.tokens(of: BlockRows(try spans()))
  }
}

extension BlockReader {
  private func section(_ id: BlockSection) -> Section? { sections.first { $0.id == id.rawValue } }

  /// As the section says, but no more than any block may have.
  private func expandedByteCount(of id: BlockSection) -> Int {
    min(Int(section(id)?.rawByteCount ?? 0), Limits.detailByteCountMax)
  }

  private func checked<Result>(_ body: () throws(CodingError) -> Result) throws(RingError) -> Result {
    do throws(CodingError) { return try body() } catch { throw damaged(error) }
  }

  /// Reads the wanted sections with one call, from the first to the last of them.
  private func read(where isWanted: (BlockSection?) -> Bool) throws(RingError) -> SectionBytes {
    let wanted = sections.filter { isWanted(BlockSection(rawValue: $0.id)) }
    let begin = wanted.map(\.range.lowerBound).min() ?? 0
    let end = wanted.map(\.range.upperBound).max() ?? 0
    let content = try bytes(begin..<end)
    return try checked { () throws(CodingError) in
      var bytes = SectionBytes(spanCount: Int(header.spanCount))
      for section in wanted {
        let part = content.dropFirst(Int(section.range.lowerBound - begin)).prefix(Int(section.storedByteCount))
        try bytes.add(section, part)
      }
      return bytes
    }
  }

  /// The strings of a section that has been read whole, or only of some chunks.
  private func strings(
    _ id: BlockSection, _ byteCounts: [UInt32], _ chunks: Chunks, _ wanted: [Int]?, _ whole: SectionBytes
  ) throws(RingError) -> ByteStrings {
    guard let wanted else {
      return try checked { () throws(CodingError) in
        try ByteStrings(byteCounts: byteCounts, bytes: try whole.verbatim(id))
      }
    }
    let begin = section(id)?.range.lowerBound ?? 0
    var read: [(chunk: Int, bytes: ArraySlice<UInt8>)] = []
    var position = 0
    while position < wanted.count {
      // Neighbours come together, and so does what is cheaper read than left out.
      let first = chunks.range(of: wanted[position]).lowerBound
      var last = position
      while last + 1 < wanted.count,
        chunks.range(of: wanted[last + 1]).lowerBound - chunks.range(of: wanted[last]).upperBound
          <= Limits.pageByteCount
      { last += 1 }
      let end = chunks.range(of: wanted[last]).upperBound
      let content = try bytes(begin + UInt64(first)..<begin + UInt64(end))
      for chunk in wanted[position...last] {
        let range = chunks.range(of: chunk)
        read.append((chunk, content.dropFirst(range.lowerBound - first).prefix(range.count)))
      }
      position = last + 1
    }
    return try checked { () throws(CodingError) in
      try ByteStrings(byteCounts: byteCounts, chunks: chunks, read)
    }
  }

  /// A part of the block.
  private func bytes(_ range: Range<UInt64>) throws(RingError) -> ArraySlice<UInt8> {
    if range.upperBound <= UInt64(page.count) { return page[Int(range.lowerBound)..<Int(range.upperBound)] }
    return try slot.bytes(
      at: offset + range.lowerBound, count: Int(range.upperBound - range.lowerBound), of: .block,
      segment: header.segment)[...]
  }
}
