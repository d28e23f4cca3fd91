import TraceModel

/// Jaeger's answer about metrics, in protobuf's JSON of OpenMetrics' MetricFamily (jaeger-idl metrics/openmetrics.proto).
struct JaegerMetricFamily: Encodable {
  var name: String
  var type = "GAUGE"
  var help: String
  var metrics: [Metric]

  init(name: String, help: String, metrics: [Metric]) {
    (self.name, self.help, self.metrics) = (name, help, metrics)
  }

  struct Metric: Encodable {
    var labels: [Label]
    var metricPoints: [Point]

    init(_ series: CallRates.Series, points: [Point]) {
      labels = series.spanName.map { [Label(name: "operation", value: $0)] } ?? []
      labels.append(Label(name: "service_name", value: series.service))
      metricPoints = points
    }
  }

  struct Label: Encodable {
    var name: String
    var value: String
  }

  struct Point: Encodable {
    var gaugeValue: Gauge
    /// RFC 3339.
    var timestamp: String

    init(_ value: Double, _ time: Timestamp) {
      (gaugeValue, timestamp) = (Gauge(doubleValue: value), time.description)
    }
  }

  struct Gauge: Encodable {
    var doubleValue: Double
  }
}
