import TraceModel

/// The link columns of blocks in which a fold has looked for traces. Traces that cross from one segment into the next lie in
/// the same few blocks, so nearly every question finds its block here.
final class EarlierBlocks {
  private struct Place: Hashable {
    var segment: UInt64
    var offset: UInt64
  }

  private struct Block {
    var receivedAt: Timestamp
    var links: SpanBatch
    var rows: [TraceID: [Int]]
  }

  private var blocks: [Place: Block] = [:]
  /// In the order in which they were read.
  private var places: [Place] = []

  /// What a block holds of a trace, if anything.
  func spans(
    of traceID: TraceID, at offset: UInt64, in segment: UInt64, _ reader: SlotReader
  ) throws(RingError) -> FoldableBlock? {
    let block = try block(Place(segment: segment, offset: offset), reader)
    guard let rows = block.rows[traceID] else { return nil }
    var batch = SpanBatch()
    for row in rows { batch.append(contentsOf: block.links, rows: row..<row + 1) }
    return FoldableBlock(segment: segment, receivedAt: block.receivedAt, batch: batch)
  }

  private func block(_ place: Place, _ reader: SlotReader) throws(RingError) -> Block {
    if let known = blocks[place] { return known }
    let stored = try BlockReader(reader, at: place.offset, segment: place.segment)
    var block = Block(receivedAt: stored.header.receivedAt, links: try stored.links(), rows: [:])
    for (row, traceID) in block.links.traceIDs.enumerated() { block.rows[traceID, default: []].append(row) }
    if places.count >= Limits.earlierBlockCountMax { blocks[places.removeFirst()] = nil }
    places.append(place)
    blocks[place] = block
    return block
  }
}
