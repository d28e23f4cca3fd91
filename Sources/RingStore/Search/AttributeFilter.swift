import TraceModel

/// Which attribute tokens a segment has, and in which of its blocks: a Bloom filter over pairs of a token and a group of
/// blocks, and of each token alone. All pairs of a token lie in one page, so a question reads that page and no more.
///
/// Blocks are taken together in at most 64 groups, so that a token which every block has cannot fill its page.
struct AttributeFilter: Equatable, Sendable {
  private var lines: [FilterLine]
  private let blockCount: Int

  static let groupCountMax = 64
  private static let bitsAPair = 8
  private static let linesAPage = FilterLine.countAPage

  /// - Parameters:
  ///   - blocks: the tokens of each block, in the order of writing.
  ///   - byteCountMax: what the filter may take at most, whole pages. A smaller one claims more that is not there.
  init(_ blocks: [[UInt32]], byteCountMax: Int) {
    blockCount = blocks.count
    let pageCount = min(
      Self.pageCount(pairCount: Self.pairCount(in: blocks)), max(1, byteCountMax / Limits.pageByteCount))
    lines = Array(repeating: FilterLine(), count: pageCount * Self.linesAPage)
    for (block, tokens) in blocks.enumerated() {
      let group = Self.group(of: block, blockCount: blockCount)
      for token in tokens {
        insert(token, Self.wholeSegment, pageCount)
        insert(token, group, pageCount)
      }
    }
  }

  /// What a filter over so many tokens, each counted in every block, takes at most.
  static func byteCount(tokenCount: Int, byteCountMax: Int) -> Int {
    min(pageCount(pairCount: 2 * tokenCount) * Limits.pageByteCount, max(Limits.pageByteCount, byteCountMax))
  }

  private static func pageCount(pairCount: Int) -> Int {
    max(1, (pairCount * bitsAPair + FilterLine.bitCount * linesAPage - 1) / (FilterLine.bitCount * linesAPage))
  }

  /// About how many different pairs there are, from one in 32 of the tokens: a token that is in many blocks of a group
  /// counts once.
  private static func pairCount(in blocks: [[UInt32]]) -> Int {
    var sample: Set<UInt64> = []
    for (block, tokens) in blocks.enumerated() {
      let group = group(of: block, blockCount: blocks.count)
      for token in tokens where token % 32 == 7 {
        sample.insert(UInt64(token))
        sample.insert(UInt64(token) | UInt64(group) << 32)
      }
    }
    return sample.count * 32
  }

  // What a token is paired with: 0 for its page, 1 for the segment, and from 2 on its groups of blocks.
  private static let pageNumber = 0
  private static let wholeSegment = 1

  private static func group(of block: Int, blockCount: Int) -> Int {
    2 + (blockCount <= groupCountMax ? block : block * groupCountMax / blockCount)
  }

  private mutating func insert(_ token: UInt32, _ number: Int, _ pageCount: Int) {
    let bits = PairBits(token, number)
    lines[Self.page(of: token, pageCount: pageCount) * Self.linesAPage + bits.line].insert(bits.member)
  }

  /// Where in its page a pair lies.
  private struct PairBits {
    let line: Int
    let member: FilterLine

    init(_ token: UInt32, _ number: Int) {
      let hash = AttributeFilter.hash(token, number)
      line = Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(AttributeFilter.linesAPage)) >> 32)
      member = FilterLine(memberOf: UInt32(truncatingIfNeeded: hash))
    }
  }

  /// Which page of `pageCount` knows about a token.
  static func page(of token: UInt32, pageCount: Int) -> Int {
    Int(truncatingIfNeeded: (hash(token, pageNumber) >> 32 &* UInt64(pageCount)) >> 32)
  }

  /// A step of SplitMix64 (https://prng.di.unimi.it/splitmix64.c): every bit depends on all others.
  private static func hash(_ token: UInt32, _ number: Int) -> UInt64 {
    var mixed = (UInt64(token) | UInt64(number) << 32) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

// In a footer.
extension AttributeFilter {
  func pages(segment: UInt64, at place: Place) -> [UInt8] {
    FilterLine.pages(lines, segment: segment, at: place)
  }

  /// A page that has been read, with the answers for one token.
  struct Answers {
    private let lines: [FilterLine]
    private let token: UInt32
    private let blockCount: Int

    init(
      token: UInt32, page: ArraySlice<UInt8>, blockCount: Int, segment: UInt64, at place: Place
    ) throws(CodingError) {
      lines = try FilterLine.lines(ofPage: page, segment: segment, at: place)
      self.token = token
      self.blockCount = blockCount
    }

    /// False only if no block has the token.
    var maySegmentHave: Bool { mayHave(AttributeFilter.wholeSegment) }

    /// False only if the block of that number, in the order of writing, does not have the token.
    func mayBlockHave(_ block: Int) -> Bool {
      mayHave(AttributeFilter.group(of: block, blockCount: max(blockCount, block + 1)))
    }

    private func mayHave(_ number: Int) -> Bool {
      let bits = AttributeFilter.PairBits(token, number)
      return lines[bits.line].mayContain(bits.member)
    }
  }
}
