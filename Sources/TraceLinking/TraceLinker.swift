import TraceModel

/// Turns the spans of one trace, in whatever order they arrived, into its tree.
package enum TraceLinker {
  /// Each span hangs under the span that its parent ID names; a span whose parent is not among `spans`, or whose
  /// parents lead round in a circle, is kept as an orphan beside the roots. A span received twice (`Span.Identity`) is
  /// kept once. Takes time in proportion to the spans times their logarithm; nothing recurses.
  package static func link(_ id: TraceID, _ spans: [Span]) -> Trace {
    var seen: Set<Span.Identity> = []
    let unique = spans.filter { seen.insert($0.identity).inserted }.sorted(by: comesBefore)
    let forest = SpanForest(
      unique.map { .init(spanID: $0.spanID, parentSpanID: $0.parentSpanID, kind: $0.kind) })
    return Trace(id: id, spans: forest.flattened(unique), duplicateCount: spans.count - unique.count)
  }

  /// By start; on a tie the longer span first, because it is more likely the other's parent.
  private static func comesBefore(_ left: Span, _ right: Span) -> Bool {
    let (leftID, rightID) = ((left.spanID, left.kind.rawValue), (right.spanID, right.kind.rawValue))
    return (left.start, right.end, leftID.0, leftID.1) < (right.start, left.end, rightID.0, rightID.1)
  }
}

extension SpanForest {
  /// Depth first. Positions in the result differ from those in `spans`.
  fileprivate func flattened(_ spans: [Span]) -> [LinkedSpan] {
    var children: [[Int]] = Array(repeating: [], count: parents.count)
    for (position, parent) in parents.enumerated() {
      if let parent { children[parent].append(position) }
    }
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
