import TraceModel

/// A sealed segment's footer, made again from its blocks by those who made it.
struct RemadeFooter {
  private let sealed: SealedSegment
  private let segment: Segment
  private let startOffset: UInt64
  private let canTellAttributeFilter: Bool

  /// - Parameters:
  ///   - blockCount: of spans, from the first on; those behind them are copies that count elsewhere.
  ///   - fold: makes the aggregates again; without it they are not compared.
  /// - Returns: nothing if the segment's blocks are not found.
  init?(
    _ reader: SlotReader, header: SlotHeader?, segment number: UInt64, blockCount: UInt32, snapshot: RingSnapshot,
    fold: (any SegmentFold)?
  ) throws(RingError) {
    guard let scan = try SlotScan(reader, header: header), scan.found.number == number else { return nil }
    var (found, left) = (scan.found, blockCount)
    found.keepBlocks { _ in
      defer { left -= left > 0 ? 1 : 0 }
      return left > 0
    }
    segment = found
    startOffset = scan.endOffset
    canTellAttributeFilter = header?.hasListTokens ?? true
    // Which segments were retained when this one was sealed is not known any more: it is folded by itself.
    var alone = snapshot
    (alone.state.closed, alone.state.head) = ([found], nil)
    sealed = SealJob(segment: found, endOffset: scan.endOffset, snapshot: alone, fold: fold).run()
  }

  /// What should stand in a section of the footer; nothing if that cannot be told from the segment alone.
  func content(of id: UInt16, in stored: Footer) -> [UInt8]? {
    guard let made = section(id, in: stored) else { return nil }
    let start = Int(made.range.lowerBound - startOffset)
    return Array(sealed.bytes[start..<start + Int(made.storedByteCount)])
  }

  /// The trailer's page as it should be, with those sections of `stored` that cannot be told.
  func trailer(in slot: SlotReader, of stored: Footer) throws(CodingError) -> [UInt8] {
    let footer = try Footer(stored.table.map { section(in: stored, as: $0) })
    return SlotTrailer(ring: slot.ring, slot: slot.slot, segment: segment, footer: footer).encoded()
  }

  private func section(in stored: Footer, as section: Section) -> Section {
    self.section(section.id, in: stored) ?? section
  }

  /// Aggregates share their room with corrections of earlier segments: where there are any, nothing is known of the others.
  private func section(_ id: UInt16, in stored: Footer) -> Section? {
    switch Footer.ID(rawValue: id) {
    case .traceIndex, .traceFilter, .blockDirectory: break
    // One made by an earlier version has fewer tokens than it would be given now.
    case .attributeFilter: if !canTellAttributeFilter { return nil }
    case .totals, .minutes, .unresolved:
      guard stored[.corrections]?.checksum == sealed.footer[.corrections]?.checksum else { return nil }
    case .corrections, nil: return nil
    }
    return sealed.footer.table.first { $0.id == id }
  }
}
