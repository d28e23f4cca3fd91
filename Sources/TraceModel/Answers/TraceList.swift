/// The traces that a search has found, newest arrival first.
package struct TraceList: Hashable, Sendable {
  package var traces: [TraceSummary]
  /// Leads to the next ones, if there may be more.
  package var cursor: String?

  package init(traces: [TraceSummary] = [], cursor: String? = nil) {
    self.traces = traces
    self.cursor = cursor
  }
}

/// One trace as a list shows it.
package struct TraceSummary: Hashable, Sendable {
  package var id: TraceID
  /// Of the span that has no parent; of the earliest one, where none is without.
  package var rootService: String
  package var rootName: String
  /// The earliest start of all spans.
  package var start: Timestamp
  /// Until the latest end.
  package var duration: Duration
  /// Each counted once, however often it was received.
  package var spans: UInt64
  /// Spans with an ERROR status.
  package var errors: UInt64
  /// Sorted, each once.
  package var services: [String]

  package init(
    id: TraceID, rootService: String, rootName: String, start: Timestamp, duration: Duration, spans: UInt64,
    errors: UInt64, services: [String]
  ) {
    self.id = id
    self.rootService = rootService
    self.rootName = rootName
    self.start = start
    self.duration = duration
    self.spans = spans
    self.errors = errors
    self.services = services
  }
}
