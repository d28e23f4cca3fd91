import TraceModel

/// What a fold has read of earlier segments to find traces in them: link columns of blocks, pages of trace indexes. Traces
/// that cross from one segment into the next lie in the same few blocks, so nearly every question finds its block here.
final class EarlierBlocks {
  private struct Place: Hashable {
    var segment: UInt64
    var offset: UInt64
  }

  private final class Block {
    let receivedAt: Timestamp
    let links: SpanBatch
    let rows: TraceRows

    init(_ stored: BlockReader, _ hash: FastHash) throws(RingError) {
      receivedAt = stored.header.receivedAt
      links = try stored.links()
      rows = TraceRows(links.traceIDs, hash)
    }
  }

  private let hash: FastHash
  private var blocks: [Place: Block] = [:]
  /// In the order in which they were read.
  private var places: [Place] = []
  private var readers: [UInt64: SlotReader] = [:]
  /// The segments of `readers` in the order in which they were opened.
  private var opened: [UInt64] = []

  init(_ key: HashKey) {
    hash = FastHash(key)
  }

  /// Reads a segment, and keeps what it reads of its trace index.
  func reader(of segment: Segment, in snapshot: RingSnapshot) throws(RingError) -> SlotReader {
    if let known = readers[segment.number] { return known }
    var reader = try snapshot.reader(of: segment)
    reader.keptIndexPages = KeptIndexPages()
    if opened.count >= Limits.earlierFileCountMax { readers[opened.removeFirst()] = nil }
    opened.append(segment.number)
    readers[segment.number] = reader
    return reader
  }

  /// What a block holds of a trace, if anything.
  func spans(
    of traceID: TraceID, at offset: UInt64, in segment: UInt64, _ reader: SlotReader
  ) throws(RingError) -> FoldableBlock? {
    let block = try block(Place(segment: segment, offset: offset), reader)
    let rows = block.rows.rows(of: traceID, in: block.links.traceIDs)
    if rows.isEmpty { return nil }
    return FoldableBlock(
      segment: segment, receivedAt: block.receivedAt, batch: block.links, rows: rows, offset: offset)
  }

  private func block(_ place: Place, _ reader: SlotReader) throws(RingError) -> Block {
    if let known = blocks[place] { return known }
    let block = try Block(BlockReader(reader, at: place.offset, segment: place.segment), hash)
    if places.count >= Limits.earlierBlockCountMax { blocks[places.removeFirst()] = nil }
    places.append(place)
    blocks[place] = block
    return block
  }
}

/// Where each trace of a column has its rows.
private struct TraceRows {
  private let hash: FastHash
  /// One more than the first row of a trace, or zero. At most half full.
  private var slots: [UInt32]
  /// By row: one more than the next of its trace, or zero.
  private var next: [UInt32]

  init(_ column: [TraceID], _ hash: FastHash) {
    self.hash = hash
    var slotCount = 16
    while slotCount < column.count * 2 { slotCount *= 2 }
    slots = Array(repeating: 0, count: slotCount)
    next = Array(repeating: 0, count: column.count)
    // Backwards, so that the first row of a trace comes to stand in front.
    for row in column.indices.reversed() {
      let slot = slot(of: column[row], in: column)
      next[row] = slots[slot]
      slots[slot] = UInt32(row + 1)
    }
  }

  /// In rising order.
  func rows(of traceID: TraceID, in column: [TraceID]) -> [Int] {
    var rows: [Int] = []
    var row = slots[slot(of: traceID, in: column)]
    while row != 0 {
      rows.append(Int(row) - 1)
      row = next[Int(row) - 1]
    }
    return rows
  }

  private func slot(of traceID: TraceID, in column: [TraceID]) -> Int {
    var slot = Int(truncatingIfNeeded: hash.hash(traceID.high, traceID.low)) & (slots.count - 1)
    while slots[slot] != 0, column[Int(slots[slot]) - 1] != traceID { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }
}
