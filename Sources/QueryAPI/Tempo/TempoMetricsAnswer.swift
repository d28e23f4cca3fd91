import TraceModel

/// Figures as `/api/metrics/query_range` answers them (tempopb.QueryRangeResponse).
struct TempoRange: Encodable {
  let series: [Series]
  let metrics: TempoFigures
  let status: String?
  let message: String?

  init(_ found: SpanMetrics) {
    series = found.series.map { Series($0, found.columns) }
    metrics = TempoFigures(found)
    message = found.partialReason
    status = message == nil ? nil : "PARTIAL"
  }

  struct Series: Encodable {
    let labels: [TempoAttribute]
    let promLabels: String
    let samples: [Sample]
    let exemplars: [Exemplar]?

    init(_ series: SpanMetrics.Series, _ columns: SpanMetrics.Columns) {
      labels = series.labels.map(TempoAttribute.init)
      promLabels = TempoInstant.text(of: series.labels)
      samples = series.points.enumerated().compactMap { column, value in
        value.map { Sample(timestampMs: columns.start(of: column).milliseconds, value: JSONNumber($0)) }
      }
      exemplars = series.exemplars.isEmpty ? nil : series.exemplars.map(Exemplar.init)
    }
  }

  struct Sample: Encodable {
    let timestampMs: String
    let value: JSONNumber
  }

  struct Exemplar: Encodable {
    let labels: [TempoAttribute]
    let value: JSONNumber
    let timestampMs: String

    init(_ exemplar: SpanMetrics.Exemplar) {
      labels = [
        TempoAttribute(Attribute("trace:id", .string(exemplar.traceID.description))),
        TempoAttribute(Attribute("span:id", .string(exemplar.spanID.description))),
      ]
      value = JSONNumber(exemplar.value)
      timestampMs = exemplar.time.milliseconds
    }
  }
}

/// Figures as `/api/metrics/query` answers them (tempopb.QueryInstantResponse). Grafana's reader takes no other member.
struct TempoInstant: Encodable {
  let series: [Series]
  let metrics: TempoFigures

  init(_ found: SpanMetrics) {
    series = found.series.compactMap(Series.init)
    metrics = TempoFigures(found)
  }

  struct Series: Encodable {
    let labels: [TempoAttribute]
    let promLabels: String
    let value: JSONNumber

    /// Nil for a series without a figure.
    init?(_ series: SpanMetrics.Series) {
      guard let first = series.points.first, let value = first else { return nil }
      labels = series.labels.map(TempoAttribute.init)
      promLabels = TempoInstant.text(of: series.labels)
      self.value = JSONNumber(value)
    }
  }

  /// Labels as Prometheus prints them.
  static func text(of labels: [Attribute]) -> String {
    let pairs = labels.map { label in
      let value =
        switch label.value {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        default: ""
        }
      return "\(label.key)=\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    return "{\(pairs.joined(separator: ", "))}"
  }
}

extension TempoFigures {
  init(_ found: SpanMetrics) {
    self.init(isWhole: found.cut != .time)
  }
}

extension SpanMetrics {
  /// Why figures may be too low or missing; nil where none is.
  fileprivate var partialReason: String? {
    if cut == .time { return "the time was up before all spans were counted: ask about a smaller window" }
    return droppedSeries > 0 ? "\(droppedSeries) more series were dropped: group by less" : nil
  }
}

extension Timestamp {
  /// Since 1970, as a 64-bit integer is written in protobuf's JSON.
  fileprivate var milliseconds: String { String(unixNanoseconds / 1_000_000) }
}
