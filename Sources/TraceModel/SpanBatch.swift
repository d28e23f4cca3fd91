/// Spans as columns that own their memory: what walks from the codec into the ring and back out of it.
///
/// Row r is the r-th element of every column. Resources, scopes, names and shapes are stored once and referred to by
/// index; what has no column of its own lies encoded in `details` (`SpanDetails`).
///
/// A batch may also be *without details*: read from the ring for linking, which needs neither them nor scopes. Then
/// `hasDetails` is false, the columns for both are empty, and asking for attributes or whole spans throws.
package struct SpanBatch: Sendable {
  package var resources: [Resource] = []
  package var scopes: [InstrumentationScope] = []
  package var names: [String] = []
  package var shapes: [AttributeShape] = []

  package var traceIDs: [TraceID] = []
  package var spanIDs: [SpanID] = []
  package var parentSpanIDs: [SpanID] = []
  package var starts: [Timestamp] = []
  package var ends: [Timestamp] = []
  package var kinds: [SpanKind] = []
  package var statusCodes: [SpanStatus.Code] = []
  package var flags: [UInt32] = []
  package var resourceIndices: [UInt32] = []
  package var nameIndices: [UInt32] = []
  package var scopeIndices: [UInt32] = []
  package var shapeIndices: [UInt32] = []
  /// Where the details of row r end; they begin where those of the row before end.
  package var detailEnds: [UInt32] = []
  package var details: [UInt8] = []

  /// What a `SegmentFold` read from the attributes, and nobody else can read. These three are empty in a batch that
  /// nobody has annotated.
  package var outcomes: [Outcome] = []
  /// Zero, or one more than a position in `peers`.
  package var peerIndices: [UInt32] = []
  package var peers: [[UInt8]] = []

  /// Whether it is known that no span has a trace state or links. False where nobody has looked.
  package var isKnownPlain = false

  /// Where the entries of the tables stand, and what they take. Empty in a batch that was read from columns, until it is
  /// appended to.
  var known: KnownEntries

  package var count: Int { traceIDs.count }
  package var isEmpty: Bool { traceIDs.isEmpty }
  /// Whether a `SegmentFold` has filled its columns.
  package var isAnnotated: Bool { outcomes.count == count }
  /// Whether attributes, events, links, messages and scopes are there.
  package var hasDetails: Bool { detailEnds.count == count }

  /// The most that a row takes in its fixed columns, in memory or on disk: trace ID and its position; span ID; a parent
  /// elsewhere and its position; start and duration; kind, status, flags; five positions in tables; the length of its
  /// details; outcome and peer; a chunk's entry.
  package static let rowByteCount = (16 + 4) + 8 + (8 + 4) + (8 + 8) + 3 * 4 + 4 * 4 + 5 + (1 + 4) + 8

  /// The most that the batch takes, in memory and on disk. Too little by its tables in a batch that was read from
  /// columns.
  package var byteCount: Int { count * Self.rowByteCount + details.count + known.byteCount }

  /// The `byteCount` of a batch of this row alone. Only for batches that were made by appending.
  package func byteCount(ofRow row: Int) -> Int {
    Self.rowByteCount + detailRange(ofRow: row).count + known.resourceMarks[Int(resourceIndices[row])].byteCount
      + known.scopeMarks[Int(scopeIndices[row])].byteCount + EntryMark.byteCount(name(at: row).utf8.count)
      + EntryMark.byteCount(shapes[Int(shapeIndices[row])].bytes.count)
  }
}

extension SpanBatch {
  package init() { self.init(known: KnownEntries()) }
}
