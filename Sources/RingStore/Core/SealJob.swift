import TraceModel

/// The work of making a closed segment's footer, apart from the ring: for another thread, while spans go on coming in.
package struct SealJob: Sendable {
  /// The segment's; rises from job to job.
  package var number: UInt64 { segment.number }

  let segment: Segment
  /// Behind the segment's last block: where the footer begins.
  let endOffset: UInt64
  /// The ring as it was when the segment closed, to read its blocks and those before it.
  let snapshot: RingSnapshot

  /// Reads and computes; writes nothing. The result is for `Ring.finish`.
  package func run() -> SealedSegment {
    let place = Place(ring: snapshot.state.superblock.ring, slot: segment.slot, offset: endOffset)
    let (footer, filter, bytes) = Footer.make(of: segment.blocks ?? BlockList(), segment: segment.number, at: place)
    return SealedSegment(number: segment.number, footer: footer, filter: filter, bytes: bytes)
  }
}

/// A footer that has been made and not written.
package struct SealedSegment: Sendable {
  let number: UInt64
  let footer: Footer
  let filter: KeptFilter
  let bytes: [UInt8]
}
