import TraceModel

/// The sections of a block made from a batch, and what is learned of its spans on the way.
struct BlockEncoding {
  private struct EncodedSection {
    var id: BlockSection
    var content: SectionContent
    /// What it takes once nothing in it is a reference.
    var rawByteCount: Int
    /// Where it is known already.
    var checksum: UInt32?
  }

  private var sections: [EncodedSection] = []
  /// Each once.
  let traceIDs: [TraceID]
  /// Of attribute keys and values, each at least once.
  let attributeTokens: [UInt32]

  /// - Precondition: the batch has details.
  init(_ batch: SpanBatch, requests: [RequestFingerprint], key: HashKey) {
    sections.reserveCapacity(BlockSection.allCases.count)
    let hash = FastHash(key)
    let traces = TraceTable(batch.traceIDs, hash)
    traceIDs = traces.traceIDs
    let details = EncodedDetails(batch, key)
    attributeTokens = details.tokens
    addLinks(of: batch, traces, hash)
    addTables(of: batch, details)
    if !requests.isEmpty { add(.requests, ColumnBytes.encode(requests.flatMap { [$0.high, $0.low] }) { $0 }) }
  }

  private mutating func addLinks(of batch: SpanBatch, _ traces: TraceTable, _ hash: FastHash) {
    let parents = ParentTable(spanIDs: batch.spanIDs, parents: batch.parentSpanIDs, hash)
    add(.traceIDs, ColumnBytes.encode(traceIDs.flatMap { [$0.high, $0.low] }) { $0.byteSwapped })
    addColumn(.traceIndices, traces.indices)
    add(.spanIDs, ColumnBytes.encode(batch.spanIDs) { $0.rawValue.byteSwapped })
    addColumn(.parents, parents.codes)
    add(.foreignParents, ColumnBytes.encode(parents.foreign) { $0.rawValue.byteSwapped })
    addColumn(.starts, batch.starts.map(\.unixNanoseconds))
    addColumn(.durations, zip(batch.starts, batch.ends).map { $1.unixNanoseconds &- $0.unixNanoseconds })
    addColumn(.kinds, batch.kinds.map(\.rawValue))
    addColumn(.statusCodes, batch.statusCodes.map(\.rawValue))
    addColumn(.flags, batch.flags)
    addColumn(.resourceIndices, batch.resourceIndices)
    addColumn(.nameIndices, batch.nameIndices)
    if batch.isAnnotated {
      addColumn(.outcomes, batch.outcomes.map(Self.code))
      addColumn(.peerIndices, batch.peerIndices)
    }
    addTable(.resources, batch.resources) { $0.encode(into: &$1) }
    addTable(.names, batch.names) { $1.raw($0.utf8) }
    if batch.isAnnotated { addTable(.peers, batch.peers) { $1.raw($0) } }
  }

  private mutating func addTables(of batch: SpanBatch, _ details: EncodedDetails) {
    addColumn(.scopeIndices, batch.scopeIndices)
    addColumn(.shapeIndices, batch.shapeIndices)
    addColumn(.detailLengths, details.rows.byteCounts)
    let chunks = Chunks(
      stringsAChunk: Limits.rowsAChunk, byteCounts: details.rows.byteCounts, bytes: details.rows.bytes)
    add(.detailChunks, chunks.bytes)
    let texts = details.dictionary
    var textChecksum: UInt32?
    if !texts.byteCounts.isEmpty {
      addColumn(.dictionaryLengths, texts.byteCounts)
      let chunks = Chunks(stringsAChunk: Limits.textsAChunk, byteCounts: texts.byteCounts, bytes: texts.bytes)
      textChecksum = chunks.entries.last?.checksum
      var head = ByteWriter()
      head.fixed(UInt32(texts.byteCounts.count))
      head.fixed(UInt32(texts.wholeCount))
      add(.dictionaryChunks, head.bytes + chunks.bytes)
    }
    addTable(.scopes, batch.scopes) { $0.encode(into: &$1) }
    addShapes(details.shapes, rawByteCount: batch.shapes.reduce(0) { $0 + $1.bytes.count })
    add(.dictionary, texts.bytes, checksum: textChecksum)
    add(
      .details, details.rows.bytes, rawByteCount: batch.details.count, checksum: chunks.entries.last?.checksum)
  }

  private mutating func addShapes(_ shapes: EncodedDetails.Parts, rawByteCount: Int) {
    var writer = ByteWriter()
    var begin = 0
    for count in shapes.byteCounts {
      writer.lengthPrefixed(shapes.bytes[begin..<begin + Int(count)])
      begin += Int(count)
    }
    add(.shapes, writer.bytes, rawByteCount: rawByteCount)
  }

  private static func code(_ outcome: Outcome) -> UInt32 {
    // As the raw value, which another module would have to be asked for by the row.
    switch outcome {
    case .ok: 0
    case .error: 1
    case .throttle: 2
    case .fault: 3
    }
  }

  private mutating func add(
    _ id: BlockSection, _ bytes: [UInt8], rawByteCount: Int? = nil, checksum: UInt32? = nil
  ) {
    // A section that is missing is an empty one.
    if bytes.isEmpty { return }
    sections.append(
      EncodedSection(
        id: id, content: .bytes(bytes), rawByteCount: rawByteCount ?? bytes.count, checksum: checksum))
  }

  private mutating func addColumn(_ id: BlockSection, _ column: [UInt32]) {
    add(id, .positions(column, ColumnLayout(column)))
  }

  private mutating func addColumn(_ id: BlockSection, _ column: [Int32]) {
    add(id, .codes(column, ColumnLayout(column)))
  }

  private mutating func addColumn(_ id: BlockSection, _ column: [UInt64]) {
    add(id, .numbers(column, ColumnLayout(column)))
  }

  private mutating func add(_ id: BlockSection, _ column: SectionContent) {
    sections.append(EncodedSection(id: id, content: column, rawByteCount: column.byteCount))
  }

  /// Entries with their lengths in front.
  private mutating func addTable<Element>(
    _ id: BlockSection, _ entries: [Element], _ encode: (Element, inout ByteWriter) -> Void
  ) {
    var writer = ByteWriter()
    for entry in entries {
      var content = ByteWriter()
      encode(entry, &content)
      writer.lengthPrefixed(content.bytes)
    }
    add(id, writer.bytes)
  }
}

// MARK: - The block

extension BlockEncoding {
  /// A block complete but for its header, in whole pages.
  struct Block {
    /// The header is zeros.
    var bytes: [UInt8] = []
    var sectionCount = 0
    /// Section table and sections.
    var payloadByteCount = 0
    var rawByteCount = 0
    var tableChecksum: UInt32 = 0
  }

  /// Every section is written once, to where it stays.
  var block: Block {
    var block = Block(sectionCount: sections.count, rawByteCount: sections.reduce(0) { $0 + $1.rawByteCount })
    let begin = BlockHeader.byteCount + sections.count * Section.byteCount
    let end = sections.reduce(begin) { $0 + $1.content.byteCount }
    block.payloadByteCount = end - BlockHeader.byteCount
    block.bytes = unsafe [UInt8](unsafeUninitializedCapacity: end.roundedUpToPage) { target, filled in
      let buffer = UnsafeMutableRawBufferPointer(target)
      unsafe buffer[..<BlockHeader.byteCount].initializeMemory(as: UInt8.self, repeating: 0)
      var table: [UInt8] = []
      table.reserveCapacity(sections.count * Section.byteCount)
      var offset = begin
      for section in sections {
        let next = offset + section.content.byteCount
        unsafe section.content.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]))
        let checksum = unsafe section.checksum ?? Checksum.of(UnsafeRawBufferPointer(rebasing: buffer[offset..<next]))
        table += Section(
          id: section.id.rawValue, codec: section.content.codec, offset: UInt32(offset),
          storedByteCount: UInt32(next - offset), rawByteCount: UInt32(section.rawByteCount), checksum: checksum
        ).encoded()
        offset = next
      }
      unsafe buffer[offset...].initializeMemory(as: UInt8.self, repeating: 0)
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[BlockHeader.byteCount...]).copyBytes(from: table)
      block.tableChecksum = Checksum.of(table)
      filled = buffer.count
    }
    return block
  }
}
