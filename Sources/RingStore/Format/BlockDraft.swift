import TraceModel

/// A block complete but for its header, which only the core can make: it says where and when the block is written.
struct BlockDraft: Sendable {
  let spanCount: Int
  let receivedAt: Timestamp
  let earliestEnd: Timestamp
  let latestEnd: Timestamp
  let digest: BlockDigest
  /// Room for the header, the section table, the sections, zeros up to the page.
  private let bytes: [UInt8]
  private let sectionCount: Int
  private let payloadByteCount: Int
  private let rawByteCount: Int
  private let tableChecksum: UInt32

  var byteCount: Int { bytes.count }

  /// - Precondition: the batch has details.
  /// - Parameter requests: of the requests all of whose spans are in the batch.
  init(_ batch: SpanBatch, requests: [RequestFingerprint] = [], receivedAt: Timestamp, key: HashKey) {
    let encoding = BlockEncoding(batch, key: key)
    var sections = encoding.sections
    if !requests.isEmpty {
      let content = requests.flatMap(\.bytes)
      sections.append(
        BlockEncoding.EncodedSection(
          id: .requests, codec: .verbatim, content: content, rawByteCount: content.count))
    }
    let tableByteCount = sections.count * Section.byteCount
    var table: [UInt8] = []
    var offset = BlockHeader.byteCount + tableByteCount
    for section in sections {
      let entry = Section(
        id: section.id.rawValue, codec: section.codec, offset: UInt32(offset),
        storedByteCount: UInt32(section.content.count), rawByteCount: UInt32(section.rawByteCount),
        checksum: Checksum.of(section.content))
      table.append(contentsOf: entry.encoded())
      offset += section.content.count
    }
    var bytes = [UInt8](repeating: 0, count: BlockHeader.byteCount)
    bytes.reserveCapacity(offset.roundedUpToPage)
    bytes.append(contentsOf: table)
    for section in sections { bytes.append(contentsOf: section.content) }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: offset.roundedUpToPage - offset))
    self.bytes = bytes
    spanCount = batch.count
    self.receivedAt = receivedAt
    earliestEnd = batch.ends.min() ?? receivedAt
    latestEnd = batch.ends.max() ?? receivedAt
    digest = BlockDigest(
      of: batch, traceIDs: encoding.traceIDs, attributeTokens: encoding.attributeTokens, key: key)
    sectionCount = sections.count
    payloadByteCount = offset - BlockHeader.byteCount
    rawByteCount = sections.reduce(0) { $0 + $1.rawByteCount }
    tableChecksum = Checksum.of(table)
  }

  /// The whole block. Fills in what the header says of the content; the rest comes in `header`, which gets its checksum.
  func bytes(under header: inout BlockHeader, at place: Place) -> [UInt8] {
    header.spanCount = UInt32(spanCount)
    header.payloadByteCount = UInt32(payloadByteCount)
    header.rawByteCount = UInt32(rawByteCount)
    header.tableChecksum = tableChecksum
    header.sectionCount = UInt16(sectionCount)
    header.earliestEnd = earliestEnd
    header.latestEnd = latestEnd
    var block = bytes
    header.encode(into: &block, at: place)
    return block
  }
}
