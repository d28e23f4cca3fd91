import TraceModel

/// Rows of figures added up: outcomes and a histogram.
struct LatencySum {
  private var counts = SIMD4<Int64>(repeating: 0)
  private var sum: Int128 = 0
  private var shortest = UInt64.max
  private var longest: UInt64 = 0
  private var buckets: [Int: Int64] = [:]

  mutating func add(_ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    counts &+= row.counts
    sum &+= row.sum
    shortest = min(shortest, row.shortest)
    longest = max(longest, row.longest)
    for cell in cells { buckets[cell.bucket, default: 0] &+= cell.count }
  }

  mutating func add(_ other: LatencySum) {
    counts &+= other.counts
    sum &+= other.sum
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    for (bucket, count) in other.buckets { buckets[bucket, default: 0] &+= count }
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
      zeroCount: buckets[CellTable.zeroBucket] ?? 0,
      buckets: buckets.filter { $0.key != CellTable.zeroBucket }.sorted { $0.key < $1.key }
        .map { (index: $0.key - 2, count: $0.value) })
  }
}
