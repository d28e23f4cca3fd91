/// Blocks in the order in which they were written. Copies share all but the last few, so that publishing a new version
/// with every commit costs the same however long the list is.
struct BlockList: Equatable, Sendable {
  private var chunks: [[BlockDescriptor]] = []
  private(set) var count = 0
  /// Pairs of a block and a trace inside it: the entries of the future index.
  private(set) var fingerprintCount = 0
  /// The entries of the future attribute filter, as far as they are known.
  private(set) var tokenCount = 0

  private static let chunkCount = 64

  mutating func append(_ block: BlockDescriptor) {
    var block = block
    if tokenCount + (block.tokens?.count ?? 0) > Limits.segmentTokenCountMax { block.dropTokens() }
    if chunks.last.map({ $0.count < Self.chunkCount }) != true { chunks.append([]) }
    chunks[chunks.count - 1].append(block)
    count += 1
    fingerprintCount += block.fingerprints.count
    tokenCount += block.tokens?.count ?? 0
  }

  /// Where the blocks are that hold a trace of this fingerprint, in the order of writing, from `start` on.
  func offsets(of fingerprint: UInt64, from start: UInt64 = 0) -> [UInt64] {
    let probe = TraceFilter.Probe(fingerprint)
    var offsets: [UInt64] = []
    for chunk in chunks.indices {
      for block in chunks[chunk].indices where chunks[chunk][block].contains(fingerprint, probe) {
        if chunks[chunk][block].offset >= start { offsets.append(chunks[chunk][block].offset) }
      }
    }
    return offsets
  }

  var all: some Sequence<BlockDescriptor> { chunks.lazy.joined() }
}
