import TraceModel

/// What the join needs of each span, and where to find a span by its ID.
struct SpanTable {
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
    var peer: Int?
    var direction: Peer.Direction = .outgoing
    /// The next row of the same trace and span ID: a call's two ends under one ID, or an ID used again.
    fileprivate(set) var next: Int? = nil
  }

  private struct Key: Hashable {
    var traceID: TraceID
    var spanID: SpanID
  }

  private(set) var rows: [Row] = []
  private var first: [Key: Int] = [:]

  func contains(_ identity: Span.Identity) -> Bool {
    var position = first[Key(traceID: identity.traceID, spanID: identity.spanID)]
    while let here = position {
      if rows[here].kind == identity.kind && rows[here].start == identity.start { return true }
      position = rows[here].next
    }
    return false
  }

  mutating func append(_ row: Row) {
    var row = row
    // The newest of an ID stands first in its chain, so that adding takes the same time however long the chain is.
    let key = Key(traceID: row.traceID, spanID: row.spanID)
    row.next = first[key]
    first[key] = rows.count
    rows.append(row)
  }

  /// The parent of a row, if it is here: the end of a call that fits the child's kind, where two share the ID.
  func parent(of position: Int) -> Int? {
    let row = rows[position]
    guard !row.parentSpanID.isZero else { return nil }
    var candidate = first[Key(traceID: row.traceID, spanID: row.parentSpanID)]
    var fallback: Int?
    while let here = candidate {
      if here != position {
        if rows[here].kind.isOutgoing == row.kind.isIncoming { return here }
        fallback = here
      }
      candidate = rows[here].next
    }
    return fallback
  }
}
