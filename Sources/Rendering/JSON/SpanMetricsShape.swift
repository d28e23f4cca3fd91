import TraceModel

/// The JSON of figures of spans over time.
struct SpanMetricsShape: Codable {
  var from: TimeShape
  var to: TimeShape
  var stepNS: UInt64
  var series: [Series]
  var spans: UInt64
  var droppedSeries: UInt64?
  var cut: String?
  var partial: Bool?

  enum CodingKeys: String, CodingKey {
    case from, to, series, spans, cut, partial
    case stepNS = "step_ns"
    case droppedSeries = "dropped_series"
  }

  struct Series: Codable {
    var labels: [LabelShape]
    var points: [Double?]
    var exemplars: [Exemplar]?
  }

  struct Exemplar: Codable {
    var traceID: String
    var spanID: String
    var time: TimeShape
    var value: Double

    enum CodingKeys: String, CodingKey {
      case traceID = "trace_id"
      case spanID = "span_id"
      case time, value
    }
  }

  init(_ metrics: SpanMetrics, partial: Bool) {
    from = TimeShape(metrics.columns.from)
    to = TimeShape(metrics.columns.start(of: metrics.columns.count))
    stepNS = metrics.columns.step.nanoseconds
    spans = metrics.spans
    droppedSeries = metrics.droppedSeries == 0 ? nil : metrics.droppedSeries
    cut = metrics.cut?.rawValue
    self.partial = partial ? true : nil
    series = metrics.series.map { series in
      let exemplars = series.exemplars.filter(\.value.isFinite).map {
        Exemplar(
          traceID: $0.traceID.description, spanID: $0.spanID.description, time: TimeShape($0.time), value: $0.value)
      }
      // JSON has no infinite numbers.
      return Series(
        labels: series.labels.map { LabelShape($0) },
        points: series.points.map { point in point.flatMap { $0.isFinite ? $0 : nil } },
        exemplars: exemplars.isEmpty ? nil : exemplars)
    }
  }

  func metrics() throws(RenderingError) -> SpanMetrics {
    guard stepNS > 0, to.time >= from.time else { throw .unexpected(path: "step_ns") }
    let count = to.time.since(from.time).nanoseconds / stepNS
    guard count <= UInt64(Limits.metricsColumns), series.allSatisfy({ $0.points.count == Int(count) }) else {
      throw .unexpected(path: "series.points")
    }
    var metrics = SpanMetrics(
      columns: SpanMetrics.Columns(from: from.time, step: Duration(nanoseconds: stepNS), count: Int(count)),
      droppedSeries: droppedSeries ?? 0, spans: spans, cut: cut.flatMap { AnswerCut(rawValue: $0) })
    for one in series {
      var series = SpanMetrics.Series(labels: one.labels.map(\.label), points: one.points)
      for exemplar in one.exemplars ?? [] {
        guard let traceID = TraceID(hex: exemplar.traceID), let spanID = SpanID(hex: exemplar.spanID) else {
          throw .unexpected(path: "series.exemplars.trace_id")
        }
        series.exemplars.append(
          SpanMetrics.Exemplar(traceID: traceID, spanID: spanID, time: exemplar.time.time, value: exemplar.value))
      }
      metrics.series.append(series)
    }
    return metrics
  }
}
