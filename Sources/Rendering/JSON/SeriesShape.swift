import TraceModel

/// A latency series' JSON.
struct SeriesShape: Codable {
  var service: String?
  var spanName: String?
  var edge: Edge?
  var latency: LatencyShape
  var buckets: [Bucket]

  enum CodingKeys: String, CodingKey {
    case service, edge, latency, buckets
    case spanName = "span_name"
  }

  struct List: Codable {
    var series: [SeriesShape]

    init(_ series: [LatencySeries]) {
      self.series = series.map { SeriesShape($0) }
    }
  }

  struct Edge: Codable {
    var caller: String
    var callee: String
  }

  struct Bucket: Codable {
    var upperBoundNS: UInt64
    var count: UInt64

    enum CodingKeys: String, CodingKey {
      case upperBoundNS = "le_ns"
      case count
    }
  }

  init(_ series: LatencySeries) {
    service = series.service
    spanName = series.spanName
    edge = series.edge.map { Edge(caller: $0.caller, callee: $0.callee) }
    latency = LatencyShape(series.latency)
    buckets = series.buckets.map { Bucket(upperBoundNS: $0.upperBound.nanoseconds, count: $0.count) }
  }

  var series: LatencySeries {
    LatencySeries(
      service: service, spanName: spanName,
      edge: edge.map { LatencySeries.Edge(caller: $0.caller, callee: $0.callee) }, latency: latency.summary,
      buckets: buckets.map {
        LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0.upperBoundNS), count: $0.count)
      })
  }
}
