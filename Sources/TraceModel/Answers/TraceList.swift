/// The traces that a search has found, newest arrival first.
package struct TraceList: Hashable, Sendable {
  package var traces: [TraceSummary]
  /// Leads to the next ones, if there may be more.
  package var cursor: String?
  /// Why there may be more.
  package var cut: AnswerCut?

  package init(traces: [TraceSummary] = [], cursor: String? = nil, cut: AnswerCut? = nil) {
    self.traces = traces
    self.cursor = cursor
    self.cut = cut
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
  /// Spans that name a parent which is not in the trace.
  package var orphans: UInt64
  /// The same services, each with its part of the spans; those without a name under `""`. Empty where nobody has counted.
  package var serviceCounts: [ServiceCount]
  /// What was found of it. Empty where nobody has asked for that.
  package var spanSets: [SpanSet]

  package init(
    id: TraceID, rootService: String, rootName: String, start: Timestamp, duration: Duration, spans: UInt64,
    errors: UInt64, services: [String], orphans: UInt64 = 0, serviceCounts: [ServiceCount] = [],
    spanSets: [SpanSet] = []
  ) {
    self.id = id
    self.rootService = rootService
    self.rootName = rootName
    self.start = start
    self.duration = duration
    self.spans = spans
    self.errors = errors
    self.services = services
    self.orphans = orphans
    self.serviceCounts = serviceCounts
    self.spanSets = spanSets
  }

  /// What a service has sent of a trace.
  package struct ServiceCount: Hashable, Sendable {
    package var name: String
    package var spans: UInt64
    /// With an ERROR status.
    package var errors: UInt64

    package init(name: String, spans: UInt64 = 0, errors: UInt64 = 0) {
      self.name = name
      self.spans = spans
      self.errors = errors
    }
  }
}
