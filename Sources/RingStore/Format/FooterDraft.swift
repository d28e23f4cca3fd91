import TraceModel

/// A footer on its way to the disk.
struct FooterDraft {
  private(set) var table: [Section] = []
  private(set) var bytes: [UInt8] = []
  private let place: Place

  /// - Parameter place: where the footer will be written.
  init(at place: Place) {
    self.place = place
  }

  /// Where the next section will be written.
  private var end: Place {
    var end = place
    end.offset += UInt64(bytes.count)
    return end
  }

  /// A section that begins at a page.
  /// - Parameter content: told where it will be written.
  mutating func append(_ id: Footer.ID, _ codec: Section.Codec = .verbatim, _ content: (Place) -> [UInt8]) {
    add(id, codec, content(end))
    fillPage()
  }

  /// Sections one behind the other, of which only the first begins at a page.
  mutating func append(together sections: [(id: Footer.ID, codec: Section.Codec, content: [UInt8])]) {
    for section in sections { add(section.id, section.codec, section.content) }
    fillPage()
  }

  private mutating func add(_ id: Footer.ID, _ codec: Section.Codec, _ content: [UInt8]) {
    table.append(
      Section(
        id: id.rawValue, codec: codec, offset: UInt32(end.offset), storedByteCount: UInt32(content.count),
        rawByteCount: UInt32(content.count), checksum: Checksum.of(content)))
    bytes += content
  }

  private mutating func fillPage() {
    bytes += [UInt8](repeating: 0, count: bytes.count.roundedUpToPage - bytes.count)
  }
}

extension Footer {
  /// What the footer of a segment with these blocks, and one more, takes at most, aggregates and trailer not counted.
  static func byteCount(of blocks: BlockList, and digest: BlockDigest?, _ layout: SlotLayout) -> Int {
    byteCount(
      fingerprintCount: blocks.fingerprintCount + (digest?.fingerprints.count ?? 0),
      tokenCount: blocks.tokenCount + (digest?.tokens?.count ?? 0), blockCount: blocks.count + 1, layout)
  }

  static func byteCount(fingerprintCount: Int, tokenCount: Int, blockCount: Int, _ layout: SlotLayout) -> Int {
    TraceIndex.byteCount(keyCount: fingerprintCount)
      + TraceFilter.pageCount(traceCount: fingerprintCount) * Limits.pageByteCount
      + (blockCount * BlockDescriptor.entryByteCount).roundedUpToPage
      + AttributeFilter.byteCount(tokenCount: tokenCount, byteCountMax: layout.attributeFilterByteCountMax)
  }

  /// The footer's description for the trailer, the filter to keep in memory, and the bytes to be written at `place`.
  /// - Parameter tokens: of each block; nil leaves the attribute filter out.
  static func make(
    of blocks: BlockList, tokens: [[UInt32]]?, aggregates: AggregateSections? = nil, segment: UInt64, at place: Place,
    _ layout: SlotLayout
  ) -> (footer: Footer, filter: KeptFilter, bytes: [UInt8]) {
    let keys = TraceIndex.keys(of: blocks)
    let filter = TraceFilter(ofSorted: keys)
    var draft = FooterDraft(at: place)
    draft.append(.traceIndex) { TraceIndex.pages(of: keys, segment: segment, at: $0) }
    draft.append(.traceFilter) { filter.pages(segment: segment, at: $0) }
    draft.append(.blockDirectory) { _ in blocks.all.flatMap { $0.encodedEntry() } }
    // Blocks of which the tokens were not known when the head's room was reckoned may have more than fit.
    let room = Int(layout.trailerOffset) - Int(place.offset) - draft.bytes.count
    if let tokens, room >= Limits.pageByteCount {
      let attributes = AttributeFilter(tokens, byteCountMax: min(room, layout.attributeFilterByteCountMax))
      draft.append(.attributeFilter) { attributes.pages(segment: segment, at: $0) }
    }
    if let aggregates { draft.append(aggregates) }
    do {
      return (try Footer(draft.table), KeptFilter(filter), draft.bytes)
    } catch {
      preconditionFailure("a footer is made with all its sections: \(error)")
    }
  }
}
