import TraceLinking
import TraceModel

/// How the spans of one trace stand to each other, and what they say together.
package struct TraceQLTrace: Sendable {
  /// Each span once, in the batch's order; of those received several times, the first.
  package let rows: [Int]
  /// By row of the batch; -1 for roots, orphans and spans that were received before.
  let parents: [Int]
  let childCounts: [Int]
  /// By row, from 1 on, as in Joe Celko's nested sets: a span's descendants have numbers between its two.
  let lefts: [Int]
  let rights: [Int]
  /// -1 for a root, 0 for an orphan, else its parent's left number.
  let nestedParents: [Int]
  let duration: TraceModel.Duration
  /// The earliest span without a parent; without such, the earliest of all.
  let rootName: String?
  let rootService: String?

  /// - Parameter batch: all spans of one trace; details are not needed.
  package init(_ batch: SpanBatch) {
    var seen: Set<TraceModel.Span.Identity> = []
    let rows = (0..<batch.count).filter { seen.insert(batch.identity(at: $0)).inserted }
    self.rows = rows
    let order = rows.sorted { batch.comesBefore($0, $1) }
    let forest = SpanForest(
      order.map { .init(spanID: batch.spanIDs[$0], parentSpanID: batch.parentSpanIDs[$0], kind: batch.kinds[$0]) })
    var parents = Array(repeating: -1, count: batch.count)
    var children: [[Int]] = Array(repeating: [], count: batch.count)
    var (roots, orphans): ([Int], [Int]) = ([], [])
    for (position, parent) in forest.parents.enumerated() {
      let row = order[position]
      if let parent {
        parents[row] = order[parent]
        children[order[parent]].append(row)
      } else if forest.orphans.contains(position) {
        orphans.append(row)
      } else {
        roots.append(row)
      }
    }
    self.parents = parents
    childCounts = children.map(\.count)
    var (lefts, rights) = (Array(repeating: 0, count: batch.count), Array(repeating: 0, count: batch.count))
    var nestedParents = lefts
    var number = 0
    for root in roots { nestedParents[root] = -1 }
    // A row stands twice among what is to be done: to go into it, and, as its complement, to leave it.
    var pending: [Int] = (roots + orphans).reversed()
    while let next = pending.popLast() {
      number += 1
      if next < 0 {
        rights[~next] = number
        continue
      }
      lefts[next] = number
      if parents[next] >= 0 { nestedParents[next] = lefts[parents[next]] }
      pending.append(~next)
      pending.append(contentsOf: children[next].reversed())
    }
    (self.lefts, self.rights, self.nestedParents) = (lefts, rights, nestedParents)
    let start = batch.starts.min()
    duration = start.flatMap { start in batch.ends.max().map { $0.since(start) } } ?? .zero
    let root = roots.first ?? order.first
    rootName = root.map { batch.name(at: $0) }
    rootService = root.flatMap { batch.resource(at: $0).serviceName }
  }
}

extension SpanBatch {
  /// By start; on a tie the longer span first, because it is more likely the other's parent.
  fileprivate func comesBefore(_ left: Int, _ right: Int) -> Bool {
    (starts[left], ends[right], spanIDs[left], kinds[left].rawValue)
      < (starts[right], ends[left], spanIDs[right], kinds[right].rawValue)
  }
}
