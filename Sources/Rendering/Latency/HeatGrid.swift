import TraceModel

/// One series over time as a grid: columns of time, and rows of equal parts of a doubling, few enough to be seen. No count
/// is lost.
struct HeatGrid {
  /// By column, then by row, the quickest first; empty where nothing was measured.
  private(set) var cells: [[UInt64]]
  /// How many quarters of a doubling a row is high.
  private(set) var quartersPerRow = 1
  /// The quarter in which the first row begins: quarter q ends at 2^((q+1)/4) ns, and -1 holds 1 ns.
  private(set) var firstQuarter = 0
  private(set) var rowCount = 0
  /// Durations of nothing, by column.
  private(set) var zeros: [UInt64]
  private(set) var most: UInt64 = 0

  init(_ series: LatencyHeatMap.Series, _ columns: LatencyHeatMap.Columns, rowsMax: Int) {
    cells = Array(repeating: [], count: columns.count)
    zeros = Array(repeating: 0, count: columns.count)
    let filled = series.columns.flatMap(\.buckets).filter { $0.count > 0 && $0.upperBound > .zero }
    let quarters = filled.map { Self.quarter(of: $0.upperBound) }
    if let least = quarters.min(), let last = quarters.max() {
      // Rows begin at multiples of their height, so that they mean the same in every picture.
      var height = 1
      while Self.row(last, height) - Self.row(least, height) + 1 > max(1, rowsMax) { height *= 2 }
      quartersPerRow = height
      firstQuarter = Self.row(least, height) * height
      rowCount = Self.row(last, height) - Self.row(least, height) + 1
    }
    for column in series.columns {
      guard let number = columns.column(of: column.start) else { continue }
      if cells[number].isEmpty { cells[number] = Array(repeating: 0, count: rowCount) }
      for bucket in column.buckets where bucket.count > 0 {
        if bucket.upperBound == .zero {
          zeros[number] = Self.sum(zeros[number], bucket.count)
          continue
        }
        let row = (Self.quarter(of: bucket.upperBound) - firstQuarter) / quartersPerRow
        cells[number][row] = Self.sum(cells[number][row], bucket.count)
        most = max(most, cells[number][row])
      }
    }
  }

  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    UInt64(clamping: UInt128(left) + UInt128(right))
  }

  private static func quarter(of duration: Duration) -> Int {
    let index = LatencyHistogram.bucketIndex(of: duration.nanoseconds)
    return index < 0 ? -1 : index / 8
  }

  /// Rounded down, below zero as well.
  private static func row(_ quarter: Int, _ height: Int) -> Int {
    quarter >= 0 ? quarter / height : -1
  }

  /// Where a row begins, in doublings of a nanosecond.
  func lowerDoublings(_ row: Int) -> Double { max(0, Double(firstQuarter + row * quartersPerRow) / 4) }

  func upperDoublings(_ row: Int) -> Double {
    max(0.01, Double(firstQuarter + (row + 1) * quartersPerRow) / 4)
  }

  /// The longest duration of a row.
  func upperBound(_ row: Int) -> Duration {
    let index = (firstQuarter + (row + 1) * quartersPerRow) * 8 - 1
    return Duration(nanoseconds: LatencyHistogram.upperBound(ofBucket: min(max(-1, index), 2047)))
  }

  /// How dark a cell is, from 0 for nothing to 1: by the logarithm, since the rarest latency is the one looked for.
  func shade(_ count: UInt64) -> Double { Self.shade(count, of: most) }

  static func shade(_ count: UInt64, of most: UInt64) -> Double {
    guard count > 0 else { return 0 }
    guard most > 1 else { return 1 }
    return 0.12 + 0.88 * log2(count) / log2(most)
  }

  /// To a few digits, which shades have no more of.
  private static func log2(_ value: UInt64) -> Double {
    Double(LatencyHistogram.bucketIndex(of: value) + 1) / 32
  }
}
