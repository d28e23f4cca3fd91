import TraceModel

/// What making blocks takes, kept from each to the next: asking the system for the memory anew would cost a third as much
/// as the work itself.
struct BlockWorkspace: ~Copyable {
  let key: HashKey
  /// `key`, for tables.
  private let hash: FastHash
  private var texts: TextTable
  private var traces = TraceTable()
  private var parents = ParentTable()
  private var shapes = EncodedStrings()
  private var details = EncodedStrings()
  private var sections = SectionList()
  /// The column that is about to be written.
  private var narrow = Cells<UInt32>()
  private var wide = Cells<UInt64>()
  private var ends = Cells<UInt64>()

  init(_ key: HashKey) {
    self.key = key
    hash = FastHash(key)
    texts = TextTable(hash)
  }
}

// MARK: - Blocks

extension BlockWorkspace {
  /// A block complete but for its header, and what is learned of its spans on the way.
  mutating func encode(_ rows: BlockRows) -> (block: SectionList.Block, digest: BlockDigest, ends: ZoneMap.Ends) {
    sections.removeAll()
    encodeDetails(of: rows)
    addIdentities(of: rows)
    var zone = ZoneMap()
    let ends = addTimes(of: rows, &zone)
    addKinds(of: rows, &zone)
    addPositions(of: rows, &zone)
    addDetails(of: rows)
    let requests = rows.fingerprints
    if !requests.isEmpty { sections.add(.requests, requests.flatMap(\.bytes)) }
    for resource in rows.tables.resources {
      if let service = resource.serviceName { zone.services.insert(service) }
    }
    key.insertTokens(of: rows.tables, into: &texts.tokenSet)
    let digest = BlockDigest(
      fingerprints: key.fingerprints(of: traces.traceIDs), zone: zone, tokens: texts.tokenSet.tokens)
    return (sections.block, digest, ends)
  }

  /// The tokens of a digest alone.
  mutating func tokens(of rows: BlockRows) -> [UInt32] {
    visitDetails(of: rows, ShapeBytes(rows.tables.shapes)) { _ in }
    key.insertTokens(of: rows.tables, into: &texts.tokenSet)
    return texts.tokenSet.tokens
  }

  private mutating func addIdentities(of rows: BlockRows) {
    let hash = hash
    traces.begin(rowCount: rows.count)
    parents.begin(rowCount: rows.count)
    rows.forEach({ $0[$1].batch.traceIDs }) { traces.append($0.high, $0.low, hash) }
    rows.forEach({ $0[$1].batch.spanIDs }) { parents.append(spanID: $0.rawValue, hash) }
    rows.forEach({ $0[$1].batch.parentSpanIDs }) { parents.append(parent: $0.rawValue, hash) }
    sections.addNumbers(.traceIDs, traces.halves, 0..<traces.halves.count, isBigEndian: true)
    sections.addColumn(.traceIndices, traces.indices)
    sections.addNumbers(.spanIDs, parents.ids, 0..<rows.count, isBigEndian: true)
    sections.addColumn(.parents, parents.codes)
    sections.addNumbers(.foreignParents, parents.ids, rows.count..<parents.ids.count, isBigEndian: true)
  }

  private mutating func addTimes(of rows: BlockRows, _ zone: inout ZoneMap) -> ZoneMap.Ends {
    wide.removeAll()
    ends.removeAll()
    rows.forEach({ $0[$1].batch.starts }) { wide.append($0.unixNanoseconds) }
    rows.forEach({ $0[$1].batch.ends }) { ends.append($0.unixNanoseconds) }
    var extremes = ZoneMap.Ends()
    for row in 0..<rows.count { zone.take(start: wide[row], end: ends[row], &extremes) }
    sections.addColumn(.starts, wide)
    for row in 0..<rows.count { wide[row] = ends[row] &- wide[row] }
    sections.addColumn(.durations, wide)
    return extremes
  }

  private mutating func addKinds(of rows: BlockRows, _ zone: inout ZoneMap) {
    wide.removeAll()
    rows.forEach({ $0[$1].batch.kinds }) {
      zone.take(kind: $0.rawValue)
      wide.append(UInt64(bitPattern: Int64($0.rawValue)))
    }
    sections.addColumn(.kinds, wide)
    wide.removeAll()
    rows.forEach({ $0[$1].batch.statusCodes }) {
      zone.take(statusCode: $0.rawValue)
      wide.append(UInt64(bitPattern: Int64($0.rawValue)))
    }
    sections.addColumn(.statusCodes, wide)
    narrow.removeAll()
    rows.forEach({ $0[$1].batch.flags }) { narrow.append($0) }
    sections.addColumn(.flags, narrow)
  }

  private mutating func addPositions(of rows: BlockRows, _ zone: inout ZoneMap) {
    addPositions(.resourceIndices, of: rows, { $0[$1].batch.resourceIndices }, \.resources)
    addPositions(.nameIndices, of: rows, { $0[$1].batch.nameIndices }, \.names)
    if rows.isAnnotated {
      narrow.removeAll()
      rows.forEach({ $0[$1].batch.outcomes }) {
        // As the raw value, which another module would have to be asked for by the row.
        let code: UInt32 =
          switch $0 {
          case .ok: 0
          case .error: 1
          case .throttle: 2
          case .fault: 3
          }
        zone.take(outcome: code)
        narrow.append(code)
      }
      sections.addColumn(.outcomes, narrow)
      narrow.removeAll()
      rows.forEachPeer { narrow.append($0) }
      sections.addColumn(.peerIndices, narrow)
    } else {
      zone.outcomes = .max
    }
    addTable(.resources, rows.tables.resources) { resource, table in
      var writer = ByteWriter()
      resource.encode(into: &writer)
      table.appendEntry(writer.bytes)
    }
    addTable(.names, rows.tables.names) { $1.appendEntry($0.utf8) }
    if rows.isAnnotated { addTable(.peers, rows.tables.peers) { $1.appendEntry($0) } }
    addPositions(.scopeIndices, of: rows, { $0[$1].batch.scopeIndices }, \.scopes)
    addPositions(.shapeIndices, of: rows, { $0[$1].batch.shapeIndices }, \.shapes)
  }

  @inline(__always)
  private mutating func addPositions(
    _ id: BlockSection, of rows: BlockRows, _ indices: ([ReceivedRequest], Int) -> [UInt32],
    _ table: (BlockRows.Piece) -> Int
  ) {
    narrow.removeAll()
    rows.forEachPosition(indices, table) { narrow.append($0) }
    sections.addColumn(id, narrow)
  }

  /// Entries with their lengths in front.
  private mutating func addTable<Element>(
    _ id: BlockSection, _ entries: [Element], _ append: (Element, inout [UInt8]) -> Void
  ) {
    var table: [UInt8] = []
    for entry in entries { append(entry, &table) }
    sections.add(id, table)
  }
}

// MARK: - Details

extension BlockWorkspace {
  /// Goes through shapes and details, so that the texts are known.
  /// - Parameter didVisit: told after the shapes, and after each piece, how many texts have been used.
  private mutating func visitDetails(of rows: BlockRows, _ shapes: ShapeBytes, _ didVisit: (Int) -> Void) {
    texts.begin(rowCount: rows.count, placeCount: rows.tables.shapes.reduce(0) { $0 + $1.types.count })
    var walk = DetailWalk()
    Self.visit(shapes.bytes, ends: shapes.ends) { _, cursor in walk.shape(&cursor, &texts) }
    texts.addKeyTokens()
    didVisit(texts.uses.count)
    for piece in rows.pieces {
      Self.visit(
        rows.requests[piece.request].batch.details, ends: rows.requests[piece.request].batch.detailEnds
      ) { row, cursor in
        walk.row(rows.shape(ofRow: row, in: piece), &cursor, &texts)
      }
      didVisit(texts.uses.count)
    }
  }

  @inline(__always)
  private static func visit(_ bytes: [UInt8], ends: [UInt32], _ body: (Int, inout ByteCursor) -> Void) {
    unsafe bytes.withUnsafeBytes { buffer in
      var cursor = unsafe ByteCursor(buffer)
      var begin = 0
      for part in 0..<ends.count {
        let end = Int(ends[part])
        cursor.enter(begin..<end)
        body(part, &cursor)
        begin = end
      }
      // Whoever made the batch has checked it; a block that nobody can read must not be written.
      precondition(cursor.isSound)
    }
  }

  /// Puts references to a dictionary in the place of texts: once through all to find them, and once more to write what
  /// has become of them.
  private mutating func encodeDetails(of rows: BlockRows) {
    let shapeBytes = ShapeBytes(rows.tables.shapes)
    var useEnds: [Int] = []
    useEnds.reserveCapacity(rows.pieces.count + 1)
    visitDetails(of: rows, shapeBytes) { useEnds.append($0) }
    texts.makeDictionary()
    shapes.removeAll()
    texts.write(shapeBytes.bytes, ends: shapeBytes.ends, uses: 0..<useEnds[0], to: &shapes)
    details.removeAll()
    for (number, piece) in rows.pieces.enumerated() {
      texts.write(
        rows.requests[piece.request].batch.details, ends: rows.requests[piece.request].batch.detailEnds,
        uses: useEnds[number]..<useEnds[number + 1], to: &details)
    }
  }

  private mutating func addDetails(of rows: BlockRows) {
    sections.addColumn(.detailLengths, details.byteCounts)
    wide.removeAll()
    let detailChecksum = details.chunks(stringsAChunk: Limits.rowsAChunk, &wide)
    sections.addNumbers(.detailChunks, wide, 0..<wide.count)
    let textCount = texts.dictionary.byteCounts.count
    var textChecksum: UInt32?
    if textCount > 0 {
      sections.addColumn(.dictionaryLengths, texts.dictionary.byteCounts)
      wide.removeAll()
      wide.append(UInt64(textCount) | UInt64(texts.wholeCount) << 32)
      textChecksum = texts.dictionary.chunks(stringsAChunk: Limits.textsAChunk, &wide)
      sections.addNumbers(.dictionaryChunks, wide, 0..<wide.count)
    }
    addTable(.scopes, rows.tables.scopes) { scope, table in
      var writer = ByteWriter()
      scope.encode(into: &writer)
      table.appendEntry(writer.bytes)
    }
    addShapes(rawByteCount: rows.tables.shapes.reduce(0) { $0 + $1.bytes.count })
    unsafe sections.add(.dictionary, texts.dictionary.bytes, checksum: textChecksum)
    unsafe sections.add(.details, details.bytes, rawByteCount: rows.detailByteCount, checksum: detailChecksum)
  }

  private mutating func addShapes(rawByteCount: Int) {
    var table: [UInt8] = []
    var begin = 0
    for shape in 0..<shapes.byteCounts.count {
      let byteCount = Int(shapes.byteCounts[shape])
      unsafe table.appendEntry(shapes.bytes[begin..<begin + byteCount])
      begin += byteCount
    }
    sections.add(.shapes, table, rawByteCount: rawByteCount)
  }
}

/// Shapes one behind the other.
private struct ShapeBytes {
  var bytes: [UInt8] = []
  var ends: [UInt32] = []

  init(_ shapes: [AttributeShape]) {
    for shape in shapes {
      bytes += shape.bytes
      ends.append(UInt32(bytes.count))
    }
  }
}

extension [UInt8] {
  /// Appends an entry of a table, with its length in front.
  @inline(__always) fileprivate mutating func appendEntry(_ content: some Collection<UInt8>) {
    var rest = content.count
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
    append(contentsOf: content)
  }
}
