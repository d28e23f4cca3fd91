import TraceModel

/// One block as JSON.
struct BlockShape: Encodable {
  var block: BlockFacts

  enum CodingKeys: String, CodingKey {
    case slot, segment, offset, kind, bytes, spans
    case sequence = "seq"
    case durableSequence = "durable_seq"
    case incarnation, received
    case earliestEnd = "earliest_end"
    case latestEnd = "latest_end"
    case sections
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(block.slot, forKey: .slot)
    try container.encode(block.segment, forKey: .segment)
    try container.encode(block.offset, forKey: .offset)
    try container.encode(block.kind, forKey: .kind)
    try container.encode(block.byteCount, forKey: .bytes)
    try container.encode(block.spanCount, forKey: .spans)
    try container.encode(block.sequence, forKey: .sequence)
    try container.encode(block.durableSequence, forKey: .durableSequence)
    try container.encode(block.incarnation, forKey: .incarnation)
    try container.encode(TimeShape(block.receivedAt), forKey: .received)
    if block.spanCount > 0 {
      try container.encode(TimeShape(block.earliestEnd), forKey: .earliestEnd)
      try container.encode(TimeShape(block.latestEnd), forKey: .latestEnd)
    }
    try container.encode(block.sections.map { SectionShape(section: $0) }, forKey: .sections)
  }

  private struct SectionShape: Encodable {
    var section: BlockFacts.Section

    enum CodingKeys: String, CodingKey {
      case id, name, codec, offset, bytes
      case rawBytes = "raw_bytes"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(section.id, forKey: .id)
      try container.encodeIfPresent(section.name, forKey: .name)
      try container.encode(section.codec, forKey: .codec)
      try container.encode(section.offset, forKey: .offset)
      try container.encode(section.storedByteCount, forKey: .bytes)
      try container.encode(section.rawByteCount, forKey: .rawBytes)
    }
  }
}
