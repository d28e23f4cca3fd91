/// One block of a ring as its header and section table tell of it.
package struct BlockFacts: Hashable, Sendable {
  package struct Section: Hashable, Sendable {
    package var id: UInt16
    /// Nil for a section that this version does not know.
    package var name: String?
    package var codec: String
    /// From the beginning of the block.
    package var offset: UInt32
    package var storedByteCount: UInt32
    package var rawByteCount: UInt32

    package init(
      id: UInt16, name: String?, codec: String, offset: UInt32, storedByteCount: UInt32, rawByteCount: UInt32
    ) {
      self.id = id
      self.name = name
      self.codec = codec
      self.offset = offset
      self.storedByteCount = storedByteCount
      self.rawByteCount = rawByteCount
    }
  }

  package var slot: UInt32
  package var segment: UInt64
  /// In the slot.
  package var offset: UInt64
  /// `spans` or `note`.
  package var kind: String
  package var spanCount: UInt64
  /// Whole pages.
  package var byteCount: Int
  /// The block's number in the ring.
  package var sequence: UInt64
  package var durableSequence: UInt64
  package var incarnation: UInt32
  package var receivedAt: Timestamp
  package var earliestEnd: Timestamp
  package var latestEnd: Timestamp
  package var sections: [Section]

  package init(
    slot: UInt32, segment: UInt64, offset: UInt64, kind: String, spanCount: UInt64, byteCount: Int, sequence: UInt64,
    durableSequence: UInt64, incarnation: UInt32, receivedAt: Timestamp, earliestEnd: Timestamp, latestEnd: Timestamp,
    sections: [Section]
  ) {
    self.slot = slot
    self.segment = segment
    self.offset = offset
    self.kind = kind
    self.spanCount = spanCount
    self.byteCount = byteCount
    self.sequence = sequence
    self.durableSequence = durableSequence
    self.incarnation = incarnation
    self.receivedAt = receivedAt
    self.earliestEnd = earliestEnd
    self.latestEnd = latestEnd
    self.sections = sections
  }
}
