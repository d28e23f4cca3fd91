import TraceModel

/// Who is whose parent among the spans of one trace, by position.
package struct SpanForest: Sendable {
  /// Nil for roots and orphans.
  package private(set) var parents: [Int?]
  /// Those that name a parent which is not there, or whose parents lead round in a circle, which is cut at its first span.
  package private(set) var orphans: Set<Int> = []

  /// What decides where a span stands.
  package struct Node: Sendable {
    let spanID: SpanID
    let parentSpanID: SpanID
    let kind: SpanKind

    package init(spanID: SpanID, parentSpanID: SpanID, kind: SpanKind) {
      self.spanID = spanID
      self.parentSpanID = parentSpanID
      self.kind = kind
    }
  }

  /// - Parameter spans: each once, ones that may be parents first: of several with one ID the first is taken.
  package init(_ spans: [Node]) {
    parents = Array(repeating: nil, count: spans.count)
    var candidates: [SpanID: ParentCandidates] = [:]
    for (position, span) in spans.enumerated() {
      candidates[span.spanID, default: ParentCandidates()].add(
        position, isOutgoing: span.kind.isOutgoing, rank: ParentCandidates.Rank(start: UInt64(position)))
    }
    for (position, span) in spans.enumerated() where !span.parentSpanID.isZero {
      parents[position] = candidates[span.parentSpanID]?.parent(of: position, isIncoming: span.kind.isIncoming)
      if parents[position] == nil { orphans.insert(position) }
    }
    breakCircles()
  }

  /// Walks up from every span; a walk that meets itself is cut at its earliest span.
  private mutating func breakCircles() {
    var walkOf = [Int?](repeating: nil, count: parents.count)
    for start in parents.indices where walkOf[start] == nil {
      var position = start
      while walkOf[position] == nil {
        walkOf[position] = start
        guard let parent = parents[position] else { break }
        position = parent
      }
      // The walk ended at a root, in an earlier walk, or on a circle that it had come upon itself.
      guard let afterwards = parents[position], walkOf[position] == start else { continue }
      var (earliest, step) = (position, afterwards)
      while step != position, let next = parents[step] {
        earliest = min(earliest, step)
        step = next
      }
      parents[earliest] = nil
      orphans.insert(earliest)
    }
  }
}
