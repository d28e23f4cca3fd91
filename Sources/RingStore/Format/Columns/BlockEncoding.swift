import TraceModel

/// The sections of a block made from a batch, and what is learned of its spans on the way.
struct BlockEncoding {
  struct EncodedSection {
    var id: BlockSection
    var codec: Section.Codec
    var content: [UInt8]
    /// What it takes once nothing in it is a reference.
    var rawByteCount: Int
  }

  private(set) var sections: [EncodedSection] = []
  /// Each once.
  let traceIDs: [TraceID]
  /// Of attribute values and keys, each once.
  let attributeTokens: [UInt64]

  /// - Precondition: the batch has details.
  init(_ batch: SpanBatch, key: HashKey) {
    let hash = FastHash(key)
    let traces = TraceTable(batch.traceIDs, hash)
    traceIDs = traces.traceIDs
    let details = EncodedDetails(batch, key)
    attributeTokens = details.tokens
    addLinks(of: batch, traces, hash)
    addTables(of: batch, details)
  }

  private mutating func addLinks(of batch: SpanBatch, _ traces: TraceTable, _ hash: FastHash) {
    let parents = ParentTable(spanIDs: batch.spanIDs, parents: batch.parentSpanIDs, hash)
    add(.traceIDs, ColumnBytes.encode(traceIDs.flatMap { [$0.high, $0.low] }) { $0.byteSwapped })
    addColumn(.traceIndices, traces.indices) { UInt64($0) }
    add(.spanIDs, ColumnBytes.encode(batch.spanIDs) { $0.rawValue.byteSwapped })
    addColumn(.parents, parents.codes) { UInt64($0) }
    add(.foreignParents, ColumnBytes.encode(parents.foreign) { $0.rawValue.byteSwapped })
    addColumn(.starts, batch.starts) { $0.unixNanoseconds }
    let (starts, ends) = (batch.starts, batch.ends)
    let durations = ColumnBytes.encodeColumn(count: batch.count) {
      ends[$0].unixNanoseconds &- starts[$0].unixNanoseconds
    }
    add(.durations, durations, .column)
    addColumn(.kinds, batch.kinds) { UInt64(bitPattern: Int64($0.rawValue)) }
    addColumn(.statusCodes, batch.statusCodes) { UInt64(bitPattern: Int64($0.rawValue)) }
    addColumn(.flags, batch.flags) { UInt64($0) }
    addColumn(.resourceIndices, batch.resourceIndices) { UInt64($0) }
    addColumn(.nameIndices, batch.nameIndices) { UInt64($0) }
    if batch.isAnnotated {
      addColumn(.outcomes, batch.outcomes) { UInt64($0.rawValue) }
      addColumn(.peerIndices, batch.peerIndices) { UInt64($0) }
    }
    addTable(.resources, batch.resources) { resource in
      var writer = ByteWriter()
      resource.encode(into: &writer)
      return writer.bytes
    }
    addTable(.names, batch.names) { Array($0.utf8) }
    if batch.isAnnotated { addTable(.peers, batch.peers) { $0 } }
  }

  private mutating func addTables(of batch: SpanBatch, _ details: EncodedDetails) {
    addColumn(.scopeIndices, batch.scopeIndices) { UInt64($0) }
    addColumn(.shapeIndices, batch.shapeIndices) { UInt64($0) }
    addColumn(.detailLengths, details.rows.byteCounts) { UInt64($0) }
    let chunks = Chunks(
      stringsAChunk: Limits.rowsAChunk, byteCounts: details.rows.byteCounts, bytes: details.rows.bytes)
    add(.detailChunks, chunks.bytes)
    let texts = details.dictionary
    if !texts.byteCounts.isEmpty {
      addColumn(.dictionaryLengths, texts.byteCounts) { UInt64($0) }
      let chunks = Chunks(stringsAChunk: Limits.textsAChunk, byteCounts: texts.byteCounts, bytes: texts.bytes)
      var head = ByteWriter()
      head.fixed(UInt32(texts.byteCounts.count))
      head.fixed(UInt32(texts.wholeCount))
      add(.dictionaryChunks, head.bytes + chunks.bytes)
    }
    addTable(.scopes, batch.scopes) { scope in
      var writer = ByteWriter()
      scope.encode(into: &writer)
      return writer.bytes
    }
    addShapes(details.shapes, rawByteCount: batch.shapes.reduce(0) { $0 + $1.bytes.count })
    add(.dictionary, texts.bytes)
    add(.details, details.rows.bytes, rawByteCount: batch.details.count)
  }

  private mutating func addShapes(_ shapes: EncodedDetails.Parts, rawByteCount: Int) {
    var writer = ByteWriter()
    var begin = 0
    for count in shapes.byteCounts {
      writer.lengthPrefixed(shapes.bytes[begin..<begin + count])
      begin += count
    }
    add(.shapes, writer.bytes, rawByteCount: rawByteCount)
  }

  private mutating func add(
    _ id: BlockSection, _ content: [UInt8], _ codec: Section.Codec = .verbatim, rawByteCount: Int? = nil
  ) {
    // A section that is missing is an empty one.
    if content.isEmpty { return }
    sections.append(
      EncodedSection(id: id, codec: codec, content: content, rawByteCount: rawByteCount ?? content.count))
  }

  @inline(__always)
  private mutating func addColumn<Element>(_ id: BlockSection, _ column: [Element], _ number: (Element) -> UInt64) {
    add(id, ColumnBytes.encodeColumn(column, number), .column)
  }

  /// Entries with their lengths in front.
  private mutating func addTable<Element>(_ id: BlockSection, _ entries: [Element], _ bytes: (Element) -> [UInt8]) {
    var writer = ByteWriter()
    for entry in entries { writer.lengthPrefixed(bytes(entry)) }
    add(id, writer.bytes)
  }
}
