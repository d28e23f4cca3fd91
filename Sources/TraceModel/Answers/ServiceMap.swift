/// What talks to what in a window (OpenTelemetry and Tempo say "service graph").
package struct ServiceMap: Hashable, Sendable {
  /// The window asked for, or for everything the earliest and latest span end; nil when nothing was found.
  package var from: Timestamp?
  package var to: Timestamp?
  package var coverage: Coverage
  /// In the order of their IDs.
  package var nodes: [Node]
  /// In the order of (source, target, kind).
  package var edges: [Edge]
  /// What part of the ring's map this is, beside the window.
  package var narrowing: Narrowing

  package init(
    from: Timestamp? = nil, to: Timestamp? = nil, coverage: Coverage = Coverage(), nodes: [Node] = [],
    edges: [Edge] = [], narrowing: Narrowing = Narrowing()
  ) {
    self.from = from
    self.to = to
    self.coverage = coverage
    self.nodes = nodes
    self.edges = edges
    self.narrowing = narrowing
  }

  /// How far the map can be trusted.
  package struct Coverage: Hashable, Sendable {
    /// Spans looked at, each once.
    package var spans: UInt64
    /// Spans that should have had a partner in another service, and had one or a peer that their attributes name.
    package var paired: UInt64
    package var unpaired: UInt64
    /// Spans stored in another segment of the ring than their parents, because one of both came late.
    package var late: UInt64
    /// Links of messages taken that lead to no span: one that was never kept, is overwritten, or came in a later segment of
    /// the ring.
    package var unlinked: UInt64
    /// Spans with impossible times, which only a map of everything contains.
    package var skewed: UInt64
    /// Spans received before this moment have been overwritten; nil while nothing has been.
    package var overwrittenBefore: Timestamp?

    package init(
      spans: UInt64 = 0, paired: UInt64 = 0, unpaired: UInt64 = 0, late: UInt64 = 0, unlinked: UInt64 = 0,
      skewed: UInt64 = 0, overwrittenBefore: Timestamp? = nil
    ) {
      self.spans = spans
      self.paired = paired
      self.unpaired = unpaired
      self.late = late
      self.unlinked = unlinked
      self.skewed = skewed
      self.overwrittenBefore = overwrittenBefore
    }
  }

  package enum NodeKind: String, Hashable, Sendable, CaseIterable {
    case service, database, cache, queue, external, user
  }

  /// Somebody who calls or is called. The figures are the callee's view: of the requests it served.
  package struct Node: Hashable, Sendable {
    /// Unique in the map and the same in every map: `service:shop/cart`, `database:postgresql@db:5432/shop`.
    package var id: String
    package var name: String
    package var namespace: String?
    package var kind: NodeKind
    /// The spans it sent, or, for one that sends none, the spans that name it.
    package var spans: UInt64
    /// How the requests it served ended; their sum is `latency.count`.
    package var outcomes: OutcomeCounts
    package var latency: LatencySummary
    /// Whether some of the requests were sampled, so that each that was seen stands for several: then the outcomes and the
    /// latency's count are estimates.
    package var isEstimated: Bool

    package init(
      id: String, name: String, namespace: String? = nil, kind: NodeKind, spans: UInt64 = 0,
      outcomes: OutcomeCounts = OutcomeCounts(), latency: LatencySummary = LatencySummary(), isEstimated: Bool = false
    ) {
      self.id = id
      self.name = name
      self.namespace = namespace
      self.kind = kind
      self.spans = spans
      self.outcomes = outcomes
      self.latency = latency
      self.isEstimated = isEstimated
    }
  }

  /// A call to a cache is of kind `database`.
  package enum EdgeKind: String, Hashable, Sendable, CaseIterable {
    case call, database, message, external, user
  }

  /// Calls or messages from one node to another. The figures are the caller's view where the caller was seen.
  package struct Edge: Hashable, Sendable {
    /// A node's ID.
    package var source: String
    package var target: String
    package var kind: EdgeKind
    package var calls: UInt64
    /// Their sum is `calls`.
    package var outcomes: OutcomeCounts
    package var latency: LatencySummary
    /// Whether some of the calls were sampled, so that each that was seen stands for several.
    package var isEstimated: Bool
    /// Of the messages taken whose producer is known: from when it had sent them until they were taken. Nil if there are
    /// none.
    package var timeInQueue: LatencySummary?
    /// Of the calls of which both ends were seen: what the caller waited longer than the callee worked. Nil if there are
    /// none.
    package var networkTime: LatencySummary?

    package init(
      source: String, target: String, kind: EdgeKind, calls: UInt64, outcomes: OutcomeCounts, latency: LatencySummary,
      isEstimated: Bool = false, timeInQueue: LatencySummary? = nil, networkTime: LatencySummary? = nil
    ) {
      self.source = source
      self.target = target
      self.kind = kind
      self.calls = calls
      self.outcomes = outcomes
      self.latency = latency
      self.isEstimated = isEstimated
      self.timeInQueue = timeInQueue
      self.networkTime = networkTime
    }
  }
}
