import TraceModel

/// A span that a search has found, as a list shows it.
package struct SpanMatch: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  package var service: String?
  package var serviceNamespace: String?
  package var name: String
  package var kind: SpanKind
  package var status: SpanStatus.Code
  package var start: Timestamp
  package var duration: TraceModel.Duration
  /// Where it stands: a search after this cursor begins with it.
  package var cursor: SpanCursor
}

/// What a search has found so far.
package struct SearchPage: Sendable {
  /// In the order that was asked for.
  package var matches: [SpanMatch] = []
  /// Where the search goes on, if it is not over.
  package var next: SpanCursor?
  /// The search was given up before it had found as much as was wanted.
  package var isCut = false
  /// Something that may have held matches was overwritten meanwhile, or is damaged.
  package var isPartial = false
  package var damage: [RingDamage] = []
  /// Blocks of which columns were read, and those which zone maps and filters ruled out in the segments that were looked
  /// into.
  package var readBlocks = 0
  package var skippedBlocks = 0
}

/// In which order a search goes through the ring. It is that of arrival, which is nearly that of time.
package enum SearchOrder: Sendable {
  case newestFirst
  case oldestFirst
}
