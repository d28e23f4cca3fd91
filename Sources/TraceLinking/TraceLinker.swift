import TraceModel

/// Turns the spans of one trace, in whatever order they arrived, into its tree.
package enum TraceLinker {
  /// Each span hangs under the span that its parent ID names; a span whose parent is not among `spans`, or whose
  /// parents lead round in a circle, is kept as an orphan beside the roots. A span received twice (`Span.Identity`) is
  /// kept once. Takes time in proportion to the spans times their logarithm; nothing recurses.
  package static func link(_ id: TraceID, _ spans: [Span]) -> Trace {
    var seen: Set<Span.Identity> = []
    let unique = spans.filter { seen.insert($0.identity).inserted }.sorted(by: comesBefore)
    let forest = Forest(unique)
    return Trace(id: id, spans: forest.flattened(unique), duplicateCount: spans.count - unique.count)
  }

  /// By start; on a tie the longer span first, because it is more likely the other's parent.
  private static func comesBefore(_ left: Span, _ right: Span) -> Bool {
    let (leftID, rightID) = ((left.spanID, left.kind.rawValue), (right.spanID, right.kind.rawValue))
    return (left.start, right.end, leftID.0, leftID.1) < (right.start, left.end, rightID.0, rightID.1)
  }
}

/// Who is whose child, by position in the list of spans.
private struct Forest {
  private var parents: [Int?]
  private var children: [[Int]]
  private var orphans: Set<Int> = []

  init(_ spans: [Span]) {
    parents = Array(repeating: nil, count: spans.count)
    children = Array(repeating: [], count: spans.count)
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
    for (position, parent) in parents.enumerated() {
      if let parent { children[parent].append(position) }
    }
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

  /// Depth first. Positions in the result differ from those in `spans`.
  func flattened(_ spans: [Span]) -> [LinkedSpan] {
    var result: [LinkedSpan] = []
    result.reserveCapacity(spans.count)
    var place = [Int](repeating: 0, count: spans.count)
    var pending = parents.indices.filter { parents[$0] == nil }.reversed() as [Int]
    while let position = pending.popLast() {
      let parent = parents[position].map { place[$0] }
      place[position] = result.count
      if let parent { result[parent].children.append(result.count) }
      result.append(
        LinkedSpan(
          span: spans[position], parent: parent, depth: parent.map { result[$0].depth + 1 } ?? 0,
          isOrphan: orphans.contains(position)))
      pending.append(contentsOf: children[position].reversed())
    }
    return result
  }
}
