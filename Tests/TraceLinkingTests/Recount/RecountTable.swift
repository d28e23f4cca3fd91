@testable import TraceLinking
import TraceModel

/// The spans of a `Recount`, and where to find a span by its ID.
struct RecountTable {
  struct Row {
    var traceID: TraceID
    var spanID: SpanID
    var parentSpanID: SpanID
    var start: Timestamp
    var duration: Duration
    var kind: SpanKind
    var outcome: Outcome
    /// Whether the span itself lies in the window; one that does not is only there to be found as a parent or child.
    var isCounted: Bool
    /// Nodes are numbers of the graph's node table.
    var service: Int
    var isSkewed = false
    var peer: Int?
    var direction: Peer.Direction = .outgoing
    /// How many spans it stands for.
    var times = 1
    var links: [SpanReference] = []
    /// In which it arrived.
    var segment: UInt64 = 0
  }

  private struct Key: Hashable {
    var traceID: TraceID
    var spanID: SpanID
  }

  private(set) var rows: [Row] = []
  private var identities: Set<Span.Identity> = []
  private var candidates: [Key: ParentCandidates] = [:]

  /// Whether a span is seen for the first time.
  mutating func isNew(_ identity: Span.Identity) -> Bool {
    identities.insert(identity).inserted
  }

  mutating func append(_ row: Row) {
    rows.append(row)
    let key = Key(traceID: row.traceID, spanID: row.spanID)
    candidates[key, default: ParentCandidates()].add(
      rows.count - 1, isOutgoing: row.kind.isOutgoing,
      rank: ParentCandidates.Rank(start: row.start.unixNanoseconds, kind: row.kind.packed))
  }

  /// The span that a row links to, if it came in the same segment or before.
  func target(of reference: SpanReference, from row: Row) -> Row? {
    let found = rows.filter {
      $0.traceID == reference.traceID && $0.spanID == reference.spanID && $0.segment <= row.segment
    }
    let own = found.filter { $0.segment == row.segment }
    return (own.isEmpty ? found : own).min { left, right in
      if left.kind.isOutgoing != right.kind.isOutgoing { return left.kind.isOutgoing }
      return (left.start.unixNanoseconds, left.kind.packed) < (right.start.unixNanoseconds, right.kind.packed)
    }
  }

  /// The parent of a row, if it is here.
  func parent(of position: Int) -> Int? {
    let row = rows[position]
    guard !row.parentSpanID.isZero else { return nil }
    return candidates[Key(traceID: row.traceID, spanID: row.parentSpanID)]?
      .parent(of: position, isIncoming: row.kind.isIncoming)
  }
}
