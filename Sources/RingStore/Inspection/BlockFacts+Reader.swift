import TraceModel

extension BlockFacts {
  init(_ block: BlockReader, at offset: UInt64, in slot: UInt32) {
    let header = block.header
    self.init(
      slot: slot, segment: header.segment, offset: offset, kind: "\(header.kind)",
      spanCount: UInt64(header.spanCount), byteCount: header.blockByteCount, sequence: header.sequence,
      durableSequence: header.durableSequence, incarnation: header.incarnation, receivedAt: header.receivedAt,
      earliestEnd: header.earliestEnd, latestEnd: header.latestEnd,
      sections: block.sections.map { section in
        BlockFacts.Section(
          id: section.id, name: BlockSection(rawValue: section.id).map { "\($0)" }, codec: section.codec.description,
          offset: section.offset, storedByteCount: section.storedByteCount, rawByteCount: section.rawByteCount)
      })
  }
}

extension Section.Codec: CustomStringConvertible {
  /// `verbatim`, `numbers of 4`, or the number of a codec that this version does not know.
  var description: String {
    switch rawValue {
    case 0: "verbatim"
    case 1, 2, 4, 8: "numbers of \(rawValue)"
    default: "codec \(rawValue)"
    }
  }
}
