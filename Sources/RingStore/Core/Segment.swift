/// The spans of one slot's present generation.
struct Segment: Equatable, Sendable {
  /// One more for every slot that is opened; never reused.
  let number: UInt64
  let slot: UInt32
  var summary = SegmentSummary()
  var progress: Progress
  var content: Content
  /// Nothing is written to the slot before its turn to be reused comes: writing there failed, or another version of the
  /// program has to do it. What is in it may be read.
  var isLeft = false

  enum Content: Equatable, Sendable {
    /// The blocks are known to memory: the head, and segments whose footer is not written.
    case open(BlockList)
    /// The footer knows them. No filter is kept in memory past the budget, or by a process that asks one question.
    case sealed(Footer, KeptFilter?)
  }

  /// Nothing for a sealed segment.
  var blocks: BlockList? {
    if case .open(let blocks) = content { blocks } else { nil }
  }

  /// Whether the segment may go on, or be given a footer.
  var takesBlocks: Bool { !isLeft && blocks != nil }

  /// What the filter takes in memory, once it has been read.
  var filterByteCount: Int {
    if case .sealed(let footer, .some) = content { Int(footer.traceFilter.storedByteCount) } else { 0 }
  }

  mutating func append(_ block: BlockDescriptor) {
    guard case .open(var blocks) = content else { preconditionFailure("only an open segment takes blocks") }
    content = .open(BlockList())  // so that `blocks` is the only reference
    blocks.append(block)
    content = .open(blocks)
    summary.add(block)
  }

  /// Keeps the blocks for which `isKept` holds.
  mutating func keepBlocks(where isKept: (BlockDescriptor) -> Bool) {
    guard let blocks else { return }
    content = .open(BlockList())
    summary = SegmentSummary()
    for block in blocks.all where isKept(block) { append(block) }
  }

  /// Keeps what was durable; nothing more will be written.
  mutating func leave(through durable: Progress) {
    keepBlocks { $0.sequence <= durable.lastSequence }
    progress = durable
    isLeft = true
  }

  mutating func dropFilter() {
    if case .sealed(let footer, _) = content { content = .sealed(footer, nil) }
  }
}
