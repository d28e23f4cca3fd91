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

  /// - Precondition: the batch has details.
  /// - Parameter requests: of the requests all of whose spans are in the batch.
  init(_ batch: SpanBatch, requests: [RequestFingerprint] = [], receivedAt: Timestamp, key: HashKey) {
    let encoding = BlockEncoding(batch, requests: requests, key: key)
    let block = encoding.block
    bytes = block.bytes
    sectionCount = block.sectionCount
    payloadByteCount = block.payloadByteCount
    rawByteCount = block.rawByteCount
    tableChecksum = block.tableChecksum
    spanCount = batch.count
    self.receivedAt = receivedAt
    var (earliest, latest) = (batch.isEmpty ? receivedAt.unixNanoseconds : .max, receivedAt.unixNanoseconds)
    if !batch.isEmpty { latest = 0 }
    for end in batch.ends {
      earliest = min(earliest, end.unixNanoseconds)
      latest = max(latest, end.unixNanoseconds)
    }
    earliestEnd = Timestamp(unixNanoseconds: earliest)
    latestEnd = Timestamp(unixNanoseconds: latest)
    digest = BlockDigest(
      of: batch, traceIDs: encoding.traceIDs, attributeTokens: encoding.attributeTokens, key: key)
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
