import TraceModel

/// The work of making a closed segment's footer, apart from the ring: for another thread, while spans go on coming in.
package struct SealJob: Sendable {
  /// The segment's; rises from job to job.
  package var number: UInt64 { segment.number }

  let segment: Segment
  /// Behind the segment's last block: where the footer begins.
  let endOffset: UInt64
  /// The ring with the segment in it, to read its blocks and those before it.
  let snapshot: RingSnapshot
  /// Nil leaves the segment without aggregates; questions about it are then answered by reading its blocks.
  let fold: (any SegmentFold)?

  /// Reads and computes; writes nothing. The result is for `Ring.finish`.
  package func run() -> SealedSegment {
    let superblock = snapshot.state.superblock
    let place = Place(ring: superblock.ring, slot: segment.slot, offset: endOffset)
    let (footer, filter, bytes) = Footer.make(
      of: segment.blocks ?? BlockList(), aggregates: aggregates(), segment: segment.number, at: place)
    return SealedSegment(number: segment.number, footer: footer, filter: filter, bytes: bytes)
  }

  /// Nothing if the blocks cannot be read, or the fold made more than the slot has room for.
  private func aggregates() -> AggregateSections? {
    guard let fold, let blocks = segment.blocks, blocks.count > 0 else { return nil }
    let indexByteCount = Footer.byteCount(fingerprintCount: blocks.fingerprintCount, blockCount: blocks.count)
    let room = Int(clamping: snapshot.state.superblock.layout.trailerOffset - endOffset) - indexByteCount
    guard room >= AggregateSections.overheadByteCount else { return nil }
    let under = SegmentUnderFold(
      segment, in: snapshot, aggregateByteCountMax: room - AggregateSections.overheadByteCount)
    do {
      let sections = AggregateSections(try fold.fold(under), key: snapshot.state.superblock.hashKey)
      return sections.byteCount <= room ? sections : nil
    } catch {
      return nil
    }
  }
}

/// A footer that has been made and not written.
package struct SealedSegment: Sendable {
  let number: UInt64
  let footer: Footer
  let filter: KeptFilter
  let bytes: [UInt8]
}
