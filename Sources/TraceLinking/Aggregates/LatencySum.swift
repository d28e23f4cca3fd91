import TraceModel

/// Rows of figures added up: outcomes and a histogram.
struct LatencySum {
  private var counts = SIMD4<Int64>(repeating: 0)
  private var sum: Int128 = 0
  private var shortest = UInt64.max
  private var longest: UInt64 = 0
  /// In their order.
  private var buckets: [SortedCells.Cell] = []

  mutating func add(_ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    counts &+= row.counts
    sum &+= row.sum
    shortest = min(shortest, row.shortest)
    longest = max(longest, row.longest)
    merge(cells)
  }

  mutating func add(_ other: LatencySum) {
    counts &+= other.counts
    sum &+= other.sum
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    merge(other.buckets[...])
  }

  private mutating func merge(_ more: ArraySlice<SortedCells.Cell>) {
    if more.isEmpty { return }
    let old = buckets
    buckets = []
    buckets.reserveCapacity(old.count + more.count)
    var rest = old[...]
    for cell in more {
      while let next = rest.first, next.bucket < cell.bucket { buckets.append(rest.removeFirst()) }
      buckets.append(cell)
      if rest.first?.bucket == cell.bucket { buckets[buckets.count - 1].count &+= rest.removeFirst().count }
    }
    buckets += rest
  }

  var calls: Int64 { counts.wrappedSum() }

  var outcomes: OutcomeCounts {
    OutcomeCounts(
      ok: UInt64(clamping: counts[0]), error: UInt64(clamping: counts[1]), throttle: UInt64(clamping: counts[2]),
      fault: UInt64(clamping: counts[3]))
  }

  var latency: LatencyHistogram {
    LatencyHistogram(
      sumNanoseconds: sum, least: Duration(nanoseconds: shortest), most: Duration(nanoseconds: longest),
      zeroCount: buckets.first { $0.bucket == CellTable.zeroBucket }?.count ?? 0,
      buckets: buckets.lazy.filter { $0.bucket != CellTable.zeroBucket }.map { (index: $0.bucket - 2, count: $0.count) }
    )
  }
}
