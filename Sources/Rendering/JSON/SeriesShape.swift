import TraceModel

/// A latency series' JSON.
struct SeriesShape: Codable {
  var service: String?
  var spanName: String?
  var edge: Edge?
  var kind: String?
  var outcome: String?
  var latency: LatencyShape
  var buckets: [Bucket]
  var exemplars: [Exemplar]?
  /// True or missing.
  var estimated: Bool?

  enum CodingKeys: String, CodingKey {
    case service, edge, kind, outcome, latency, buckets, exemplars, estimated
    case spanName = "span_name"
  }

  struct List: Codable {
    /// How far a quantile may be off, as a share of it.
    var errorBound: Double?
    var series: [SeriesShape]

    enum CodingKeys: String, CodingKey {
      case errorBound = "error_bound"
      case series
    }

    init(_ series: [LatencySeries]) {
      errorBound = LatencyHistogram.errorBound
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

  struct Exemplar: Codable {
    var mark: String
    var traceID: String
    var durationNS: UInt64

    enum CodingKeys: String, CodingKey {
      case mark
      case traceID = "trace_id"
      case durationNS = "duration_ns"
    }
  }

  init(_ series: LatencySeries) {
    service = series.service
    spanName = series.spanName
    edge = series.edge.map { Edge(caller: $0.caller, callee: $0.callee) }
    kind = series.kind?.description
    outcome = series.outcome?.description
    latency = LatencyShape(series.latency)
    buckets = series.buckets.map { Bucket(upperBoundNS: $0.upperBound.nanoseconds, count: $0.count) }
    let exemplars = series.exemplars.map {
      Exemplar(mark: $0.mark, traceID: $0.traceID.description, durationNS: $0.duration.nanoseconds)
    }
    self.exemplars = exemplars.isEmpty ? nil : exemplars
    estimated = series.isEstimated ? true : nil
  }

  /// What a later version says of kinds, outcomes or traces and this one does not know is left out.
  var series: LatencySeries {
    var series = LatencySeries(
      service: service, spanName: spanName,
      edge: edge.map { LatencySeries.Edge(caller: $0.caller, callee: $0.callee) }, kind: kind.flatMap { SpanKind($0) },
      outcome: outcome.flatMap { Outcome($0) }, latency: latency.summary,
      buckets: buckets.map {
        LatencySeries.Bucket(upperBound: Duration(nanoseconds: $0.upperBoundNS), count: $0.count)
      }, isEstimated: estimated ?? false)
    series.exemplars = (exemplars ?? []).compactMap { exemplar in
      TraceID(hex: exemplar.traceID).map {
        LatencySeries.Exemplar(
          mark: exemplar.mark, traceID: $0, duration: Duration(nanoseconds: exemplar.durationNS))
      }
    }
    return series
  }
}
