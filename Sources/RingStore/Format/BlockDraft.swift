import TraceModel

/// A block complete but for its header, which only the core can make: it says where and when the block is written.
struct BlockDraft: Sendable {
  let spanCount: Int
  let receivedAt: Timestamp
  let earliestEnd: Timestamp
  let latestEnd: Timestamp
  let digest: BlockDigest
  /// Header, section table, sections, zeros up to the page.
  private var bytes: [UInt8]
  private let sectionCount: Int
  private let payloadByteCount: Int
  private let rawByteCount: Int
  private let tableChecksum: UInt32

  var byteCount: Int { bytes.count }

  init(_ rows: BlockRows, receivedAt: Timestamp, _ workspace: inout BlockWorkspace) {
    let (block, digest, ends) = workspace.encode(rows)
    self.digest = digest
    bytes = block.bytes
    sectionCount = block.sectionCount
    payloadByteCount = block.payloadByteCount
    rawByteCount = block.rawByteCount
    tableChecksum = block.tableChecksum
    spanCount = rows.count
    self.receivedAt = receivedAt
    earliestEnd = Timestamp(unixNanoseconds: ends.earliest)
    latestEnd = Timestamp(unixNanoseconds: ends.latest)
  }

  /// The whole block. Fills in what the header says of the content; the rest comes in `header`, which gets its checksum.
  ///
  /// Nothing is copied unless what was returned before, for another place, is still in use.
  mutating func bytes(under header: inout BlockHeader, at place: Place) -> [UInt8] {
    header.spanCount = UInt32(spanCount)
    header.payloadByteCount = UInt32(payloadByteCount)
    header.rawByteCount = UInt32(rawByteCount)
    header.tableChecksum = tableChecksum
    header.sectionCount = UInt16(sectionCount)
    header.earliestEnd = earliestEnd
    header.latestEnd = latestEnd
    header.encode(into: &bytes, at: place)
    return bytes
  }
}
