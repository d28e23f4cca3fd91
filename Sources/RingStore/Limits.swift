/// The bounds of the room. Sizes on disk are bytes.
enum Limits {
  /// Everything on disk begins on such a boundary: what a disk and the page cache move at once.
  static let pageByteCount = 4096

  /// Below this a slot would be too small for a span of ordinary size. Opening with less is refused.
  static let capacityMin: UInt64 = 32 << 20
  /// Set aside for what is no slot: superblock, lock, and the folders themselves. So all of the folder stays within the
  /// capacity, and not only its slots.
  static let fixedByteCount: UInt64 = 64 << 10
  /// What a new ring takes when nobody says.
  static let capacityDefault: UInt64 = 10 << 30
  /// A slot's name has six digits. Opening with more capacity than they can name is refused.
  static let slotCountMax: UInt64 = 1_000_000
  /// Fewer slots would lose too much of what is kept at each reuse. Shrinking further is refused.
  static let slotCountMin: UInt64 = 8
  /// Free slots kept ahead of the head, so that readers of the oldest segment have a slot's time to finish. The oldest
  /// segment is let go to keep the number.
  static let spareSlotCount = 1

  /// No block is longer, so that a reader never has to believe a larger length. A span that does not fit is refused.
  static let blockByteCountMax = 4 << 20
  /// Blocks are filled up to this many spans, or this much by `SpanBatch.byteCount`, then the next begins: enough to make
  /// the checks and the write cheap a span, little enough to read for one trace. On disk most take a third of that; what
  /// does not fit is cut in two.
  static let blockSpanCountTarget = 4096
  static let blockRawByteCountTarget = 2 << 20
  /// No block makes more of its details, or of its shapes, so that references, which are short, cannot fill the memory; and no header is
  /// believed that claims more spans.
  static let detailByteCountMax = 4 << 20
  static let blockSpanCountMax = 1 << 16

  /// What a block's dictionary holds at most. Texts past it stand where they are used.
  static let dictionaryEntryCountMax = 8192
  static let dictionaryByteCountMax = 256 << 10
  /// How much of dictionary and details has a checksum together, so that a few texts or rows can be read alone.
  static let textsAChunk = 64
  static let rowsAChunk = 128
  /// Texts of such lengths may share a beginning with others, if it is at least so long. Shorter ones gain nothing, and
  /// longer ones are not of the kind that ends in an ID.
  static let prefixedTextByteCountMin = 16
  static let prefixedTextByteCountMax = 512
  static let prefixByteCountMin = 8
  /// Longer attribute values have no token: nobody searches for them whole.
  static let tokenByteCountMax = 64
  /// Memory that making a block took is kept for the next one, if it is not for more than so many elements of a table, or
  /// bytes. Blocks of ordinary spans stay below.
  static let keptCellCountMax = 1 << 16
  static let keptByteCountMax = 2 << 20
  /// Sections in one block or footer; a header that claims more is damaged.
  static let sectionCountMax = 64
  /// No honest ring counts its blocks, segments or processes so far; what claims to is damaged. Counting on from here
  /// cannot overflow.
  static let numberMax: UInt64 = 1 << 62
  static let incarnationMax: UInt32 = 1 << 31
  /// What a block takes besides its spans: header, section table, beginnings of columns.
  static let blockOverheadByteCount = 2048

  /// Memory for the trace filters of sealed segments. Past it the oldest segments lose theirs, and a lookup reads a
  /// page of it instead.
  static let filterByteCountMax = 128 << 20

  /// Tokens of one segment, each counted in every block that has it, that a footer's attribute filter is made of. They
  /// take four bytes each in memory while the segment is open. One with more gets no filter, and searches look into all of
  /// its blocks.
  static let segmentTokenCountMax = 24 << 20

  /// Traces of earlier segments that wait for a parent and are known to a fold, about 40 bytes each. Past them, those of
  /// the oldest segments stay unpaired.
  static let unresolvedCountMax = 1 << 20

  /// Earlier segments whose files a fold keeps open, and pages of the trace index of each that it keeps, at 4 KiB. Past
  /// them they are opened, and read, once more.
  static let earlierFileCountMax = 16
  static let keptIndexPagesMax = 512

  /// Blocks of earlier segments whose link columns a fold keeps, about half a megabyte each. Past it the first one read
  /// goes, and is read again if it is asked for.
  static let earlierBlockCountMax = 64

  /// How much of a slot a scan reads at once while it looks for the next valid block.
  static let probeByteCount = 1 << 20

  /// So many slots failing within so many seconds stop the writing for a pause, after which one more failure is enough: a
  /// disk that fails twice will not hold what it promises, and trying costs a slot each time.
  static let strikeCountMax = 2
  static let strikeSeconds: UInt64 = 60
  static let pauseSeconds: UInt64 = 10
  /// What is kept in memory until a sync has made it durable. Past it the ring syncs without being asked.
  static let pendingByteCountMax = 16 << 20
  /// Closed segments that may wait for a footer made elsewhere. Past it the thread that commits makes footers without
  /// aggregates, and questions about those segments read their blocks.
  static let sealJobCountMax = 2

  /// The newest segments, the head included, that need have no footer yet: footers are made behind the head's back. A
  /// check calls an older one without a footer damage.
  static let youngSegmentCount = 4

  /// Requests whose repetition is known, about 6 MiB: what a second's worth of senders can have under way, many times over.
  /// A request repeated after as many others is stored again, and readers count its spans once.
  static let requestCountMax = 131_072
  /// Blocks that an opening asks for their requests, the newest first, so that a restart stays short however small the
  /// blocks are.
  static let requestBlockCountMax = 8192
}
