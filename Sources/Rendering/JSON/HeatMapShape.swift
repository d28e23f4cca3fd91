import TraceModel

/// The JSON of latencies over time.
struct HeatMapShape: Codable {
  var from: TimeShape
  var to: TimeShape
  var stepNS: UInt64
  var errorBound: Double
  var series: [Series]
  /// How many more there were.
  var omittedSeries: Int?

  enum CodingKeys: String, CodingKey {
    case from, to, series
    case stepNS = "step_ns"
    case errorBound = "error_bound"
    case omittedSeries = "omitted_series"
  }

  struct Series: Codable {
    /// With the buckets of all columns together.
    var whole: SeriesShape
    var columns: [Column]
  }

  struct Column: Codable {
    var start: TimeShape
    var latency: LatencyShape
    var buckets: [SeriesShape.Bucket]
  }

  init(_ map: LatencyHeatMap) {
    from = TimeShape(map.columns.from)
    to = TimeShape(map.columns.to)
    stepNS = map.columns.step.nanoseconds
    errorBound = LatencyHistogram.errorBound
    omittedSeries = map.omittedSeries == 0 ? nil : map.omittedSeries
    series = map.series.map { series in
      Series(
        whole: SeriesShape(series.whole),
        columns: series.columns.map { column in
          Column(
            start: TimeShape(column.start), latency: LatencyShape(column.latency),
            buckets: column.buckets.map { SeriesShape.Bucket(upperBoundNS: $0.upperBound.nanoseconds, count: $0.count) }
          )
        })
    }
  }

  /// Nil if the columns cannot be.
  var map: LatencyHeatMap? {
    guard stepNS > 0, to.time >= from.time else { return nil }
    let count = to.time.since(from.time).nanoseconds / stepNS
    guard count <= UInt64(Limits.heatMapColumns) else { return nil }
    return LatencyHeatMap(
      columns: LatencyHeatMap.Columns(from: from.time, step: Duration(nanoseconds: stepNS), count: Int(count)),
      series: series.map { series in
        LatencyHeatMap.Series(
          whole: series.whole.series,
          columns: series.columns.map { column in
            LatencyHeatMap.Column(
              start: column.start.time, latency: column.latency.summary,
              buckets: column.buckets.map {
                LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0.upperBoundNS), count: $0.count)
              })
          })
      }, omittedSeries: max(0, omittedSeries ?? 0))
  }
}
