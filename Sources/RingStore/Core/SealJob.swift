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
    let blocks = segment.blocks ?? BlockList()
    let tokens = tokens(of: blocks)
    let (footer, filter, bytes) = Footer.make(
      of: blocks, tokens: tokens, aggregates: aggregates(blocks, tokens), segment: segment.number, at: place,
      superblock.layout)
    return SealedSegment(number: segment.number, footer: footer, filter: filter, bytes: bytes)
  }

  /// The tokens of each block, read from those of which they are not in memory; nothing if one cannot be read, or if they
  /// are too many.
  private func tokens(of blocks: BlockList) -> [[UInt32]]? {
    var tokens: [[UInt32]] = []
    var count = 0
    do throws(RingError) {
      let reader = try snapshot.reader(of: segment)
      for block in blocks.all {
        if let known = block.tokens {
          tokens.append(known)
        } else {
          tokens.append(try BlockReader(reader, at: block.offset, segment: segment.number).tokens())
        }
        count += tokens.last?.count ?? 0
        if count > Limits.segmentTokenCountMax { return nil }
      }
      return tokens
    } catch {
      // Searches of this segment look into all blocks then, and meet the damage.
      return nil
    }
  }

  /// Nothing if the blocks cannot be read, or the fold made more than the slot has room for.
  private func aggregates(_ blocks: BlockList, _ tokens: [[UInt32]]?) -> AggregateSections? {
    guard let fold, blocks.count > 0 else { return nil }
    let layout = snapshot.state.superblock.layout
    let indexByteCount = Footer.byteCount(
      fingerprintCount: blocks.fingerprintCount, tokenCount: tokens?.reduce(0) { $0 + $1.count } ?? 0,
      blockCount: blocks.count, layout)
    let room = Int(clamping: layout.trailerOffset - endOffset) - indexByteCount
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
