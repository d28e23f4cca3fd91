extension TraceQLSpansetOperator.Relation {
  /// How the other one stands.
  var inverse: Self {
    switch self {
    case .child: .parent
    case .parent: .child
    case .descendant: .ancestor
    case .ancestor: .descendant
    case .sibling: .sibling
    }
  }
}

extension TraceQLTrace {
  /// Those of `rows` that stand so to any of `others`; in their order. Takes time by these two alone, however many spans the
  /// trace has.
  func rows(_ rows: [Int], thatAre relation: TraceQLSpansetOperator.Relation, of others: [Int]) -> [Int] {
    if rows.isEmpty || others.isEmpty { return [] }
    switch relation {
    case .child:
      let wanted = Set(others)
      return rows.filter { wanted.contains(parents[$0]) }
    case .parent:
      let wanted = Set(others.map { parents[$0] })
      return rows.filter(wanted.contains)
    case .sibling:
      var childCounts: [Int: Int] = [:]
      for row in others where parents[row] >= 0 { childCounts[parents[row], default: 0] += 1 }
      let others = Set(others)
      return rows.filter { childCounts[parents[$0], default: 0] > (others.contains($0) ? 1 : 0) }
    case .descendant:
      // Numbers nest: of those who begin before a span, one is above it if any ends behind its beginning.
      let above = others.sorted { lefts[$0] < lefts[$1] }
      var reach = [0]
      for row in above { reach.append(max(reach[reach.count - 1], rights[row])) }
      return rows.filter { reach[above.partition(before: lefts[$0], in: lefts)] > lefts[$0] }
    case .ancestor:
      let below = others.sorted { lefts[$0] < lefts[$1] }
      return rows.filter { row in
        let next = below.partition(before: lefts[row] + 1, in: lefts)
        return next < below.count && lefts[below[next]] < rights[row]
      }
    }
  }
}

extension [Int] {
  /// How many of these rows, which are sorted by their numbers, have one below `number`.
  fileprivate func partition(before number: Int, in numbers: [Int]) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[self[middle]] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
