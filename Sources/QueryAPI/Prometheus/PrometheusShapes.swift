import Hummingbird
import Rendering
import TraceModel
import TraceQuery

/// What every answer of Prometheus's API is wrapped in
/// (https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview).
struct PrometheusEnvelope<Value: Encodable>: Encodable {
  var status = "success"
  var data: Value
  /// Nil for none.
  var warnings: [String]?

  init(_ data: Value, missingBlocks: Int = 0) {
    self.data = data
    if missingBlocks > 0 { warnings = ["\(missingBlocks) blocks of spans could not be read; counts may be too low"] }
  }
}

struct PrometheusError: Encodable {
  var status = "error"
  var errorType: String
  var error: String

  init(_ error: APIError) {
    self.error = error.message
    errorType =
      switch error.status {
      case .unprocessableContent: "execution"
      case .serviceUnavailable: "unavailable"
      case .notFound: "not_found"
      default: error.status.kind == .clientError ? "bad_data" : "internal"
      }
  }
}

/// What a query comes to.
enum PrometheusResult: Encodable {
  case value(PromQLValue, at: Timestamp)
  case series([PromQLSeries])

  private enum Key: String, CodingKey {
    case resultType, result
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .value(.scalar(let number), let time):
      try container.encode("scalar", forKey: .resultType)
      try container.encode(PrometheusPoint(time, .float(number)), forKey: .result)
    case .value(.string(let text), let time):
      try container.encode("string", forKey: .resultType)
      try container.encode(PrometheusPoint(time, text), forKey: .result)
    case .value(.vector(let samples), let time):
      try container.encode("vector", forKey: .resultType)
      try container.encode(samples.map { PrometheusSeries($0, time) }, forKey: .result)
    case .series(let series):
      try container.encode("matrix", forKey: .resultType)
      try container.encode(series.map { PrometheusSeries($0) }, forKey: .result)
    }
  }
}

struct PrometheusSeries: Encodable {
  var metric: [String: String]
  var value: PrometheusPoint?
  var histogram: PrometheusPoint?
  var values: [PrometheusPoint]?
  var histograms: [PrometheusPoint]?

  init(_ sample: PromQLSample, _ time: Timestamp) {
    metric = sample.labels.byName
    let point = PrometheusPoint(time, sample.value)
    if case .float = sample.value { value = point } else { histogram = point }
  }

  init(_ series: PromQLSeries) {
    metric = series.labels.byName
    var (floats, others): ([PrometheusPoint], [PrometheusPoint]) = ([], [])
    for point in series.points {
      let own = PrometheusPoint(point.time, point.value)
      if case .float = point.value { floats.append(own) } else { others.append(own) }
    }
    if !floats.isEmpty { values = floats }
    if !others.isEmpty { histograms = others }
  }
}

extension MetricLabels {
  var byName: [String: String] { Dictionary(all.map { ($0.name, $0.value) }) { first, _ in first } }
}

/// `[seconds, "value"]`, to the millisecond.
struct PrometheusPoint: Encodable {
  private let seconds: Double
  private let value: Value

  private enum Value {
    case text(String)
    case histogram(MetricHistogram)
  }

  init(_ time: Timestamp, _ value: PromQLSample.Value) {
    seconds = Double(time.unixNanoseconds / 1_000_000) / 1000
    self.value =
      switch value {
      case .float(let float): .text(PrometheusText.number(float))
      case .histogram(let histogram): .histogram(histogram)
      }
  }

  init(_ time: Timestamp, _ text: String) {
    seconds = Double(time.unixNanoseconds / 1_000_000) / 1000
    value = .text(text)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(seconds)
    switch value {
    case .text(let text): try container.encode(text)
    case .histogram(let histogram): try container.encode(PrometheusHistogram(histogram))
    }
  }
}

struct PrometheusHistogram: Encodable {
  var count: String
  var sum: String
  var buckets: [Bucket]

  init(_ histogram: MetricHistogram) {
    count = PrometheusText.number(histogram.count)
    sum = PrometheusText.number(histogram.sum)
    buckets = histogram.zeroCount > 0 ? [Bucket(rule: 3, from: 0, to: 0, count: histogram.zeroCount)] : []
    for bucket in histogram.buckets {
      buckets.append(
        Bucket(
          rule: 0, from: MetricHistogram.upperBound(of: bucket.index - 1),
          to: MetricHistogram.upperBound(of: bucket.index), count: bucket.count))
    }
  }

  /// Both bounds belong to it by rule 3, only the upper one by rule 0.
  struct Bucket: Encodable {
    var rule: Int
    var from: Double
    var to: Double
    var count: Double

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(rule)
      for number in [from, to, count] { try container.encode(PrometheusText.number(number)) }
    }
  }
}

struct PrometheusMetadata: Encodable {
  var type: String
  var help: String
  var unit: String
}

struct PrometheusBuildInfo: Encodable {
  var version: String
  var revision = ""
  var branch = ""
  var buildUser = ""
  var buildDate = ""
  var goVersion = ""
}
