/// Latencies over time: for each of some series, and each of some equal stretches of time, a histogram.
package struct LatencyHeatMap: Hashable, Sendable {
  package var columns: Columns
  /// The busiest first.
  package var series: [Series]
  /// How many more there were than are told of.
  package var omittedSeries: Int

  package init(columns: Columns, series: [Series] = [], omittedSeries: Int = 0) {
    self.columns = columns
    self.series = series
    self.omittedSeries = omittedSeries
  }

  package struct Series: Hashable, Sendable {
    /// Whose latencies these are, and those of all columns together.
    package var whole: LatencySeries
    /// Those that hold anything, in the order of their times.
    package var columns: [Column]

    package init(whole: LatencySeries, columns: [Column]) {
      self.whole = whole
      self.columns = columns
    }
  }

  package struct Column: Hashable, Sendable {
    package var start: Timestamp
    package var latency: LatencySummary
    /// Quarters of a doubling: eight of a histogram's buckets in each, so that no count moves across a bound.
    package var buckets: [LatencySeries.Bucket]

    package init(start: Timestamp, latency: LatencySummary, buckets: [LatencySeries.Bucket]) {
      self.start = start
      self.latency = latency
      self.buckets = buckets
    }

    package init(start: Timestamp, _ histogram: LatencyHistogram) {
      self.init(
        start: start, latency: LatencySummary(histogram),
        buckets: LatencyHeatMap.quartered(LatencySeries.buckets(of: histogram)))
    }
  }

  /// How a window is divided.
  package struct Columns: Hashable, Sendable {
    /// A whole multiple of `step` since 1970.
    package var from: Timestamp
    /// Whole minutes.
    package var step: Duration
    package var count: Int

    package init(from: Timestamp, step: Duration, count: Int) {
      self.from = from
      self.step = step
      self.count = count
    }

    /// The finest division into round steps of at most so many columns, from whole minutes on.
    /// - Precondition: `countMax` is positive, and the window does not end before it begins.
    package init(from: Timestamp, to: Timestamp, countMax: Int) {
      precondition(countMax > 0 && from <= to)
      let last = to.unixNanoseconds == 0 ? 0 : to.unixNanoseconds - 1
      var step: UInt64 = 0
      var (first, count): (UInt64, UInt64) = (0, .max)
      for minutes in Self.roundMinutes {
        step = minutes * 60_000_000_000
        first = from.unixNanoseconds / step
        count = max(last, from.unixNanoseconds) / step - first + 1
        if count <= UInt64(countMax) { break }
      }
      // The longest step holds all but the last thirty years that a timestamp can tell.
      self.init(
        from: Timestamp(unixNanoseconds: first * step), step: Duration(nanoseconds: step),
        count: Int(min(count, UInt64(countMax))))
    }

    private static let roundMinutes: [UInt64] = [
      1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200, 525_600, 14_400_000,
      288_000_000,
    ]

    package var to: Timestamp { start(of: count) }

    package func start(of column: Int) -> Timestamp {
      let (length, isOver) = step.nanoseconds.multipliedReportingOverflow(by: UInt64(column))
      return from + Duration(nanoseconds: isOver ? .max : length)
    }

    /// Nil for what lies outside.
    package func column(of moment: Timestamp) -> Int? {
      guard moment >= from else { return nil }
      let column = moment.since(from).nanoseconds / step.nanoseconds
      return column < UInt64(count) ? Int(column) : nil
    }
  }

  /// The same counts in buckets of a quarter of a doubling.
  package static func quartered(_ buckets: [LatencySeries.Bucket]) -> [LatencySeries.Bucket] {
    var merged: [LatencySeries.Bucket] = []
    for bucket in buckets where bucket.count > 0 {
      let bound = bucket.upperBound == .zero ? .zero : Self.quarterBound(of: bucket.upperBound)
      if merged.last?.upperBound == bound {
        merged[merged.count - 1].count = UInt64(
          clamping: UInt128(merged[merged.count - 1].count) + UInt128(bucket.count))
      } else {
        merged.append(LatencySeries.Bucket(upperBound: bound, count: bucket.count))
      }
    }
    return merged
  }

  /// - Precondition: not zero.
  private static func quarterBound(of duration: Duration) -> Duration {
    let quarter = (LatencyHistogram.bucketIndex(of: duration.nanoseconds) + 8) / 8 * 8 - 1
    return Duration(nanoseconds: LatencyHistogram.upperBound(ofBucket: min(quarter, 2047)))
  }
}
