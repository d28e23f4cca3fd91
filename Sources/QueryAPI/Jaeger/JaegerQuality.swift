import TraceModel
import TraceQuery

/// How good traces are, for those who instrument: Jaeger's `/api/quality-metrics`, computed from the newest traces and not
/// made up (jaeger-ui QualityMetrics/types.tsx).
struct JaegerQuality: Encodable {
  var traceQualityDocumentationLink = TraceCheck.guide
  var bannerText: Banner
  var scores: [Score]
  var metrics: [Metric]

  struct Banner: Encodable {
    var value: String
    var styling: [String: String] = [:]
  }

  struct Score: Encodable {
    var key: String
    var label: String
    var max = 100
    var value: Int
  }

  struct Metric: Encodable {
    var name: String
    var category: String
    var description: String
    var metricDocumentationLink: String
    var metricWeight: Double
    var passCount = 0
    var passExamples: [Example] = []
    var failureCount = 0
    var failureExamples: [Example] = []
    var exemptionCount = 0
    var exemptionExamples: [Example] = []
    var details: [Details] = []
  }

  struct Example: Encodable, Hashable {
    var traceID: String
  }

  struct Details: Encodable {
    var description: String
    var header: String
    var columns: [Column]
    var rows: [Row]
  }

  struct Column: Encodable {
    var key: String
    var label: String
  }

  struct Row: Encodable {
    var service: String
    var spans: Int
  }

  /// Of a trace of which only a part is known nothing can be said: the parents of its spans are in the rest.
  init(_ found: [TraceQueries.LinkedTrace]) {
    let traces = found.filter { !$0.hasMore }
    let left = found.count - traces.count
    let checked = traces.map { CheckedTrace($0.trace) }
    let spanCount = traces.reduce(0) { $0 + $1.trace.spans.count }
    bannerText = Banner(
      value: traces.isEmpty
        ? "No traces in the window" : "From the newest \(traces.count) traces of the window, \(spanCount) spans")
    if left > 0 {
      bannerText.value +=
        "; \(left == 1 ? "one more has" : "\(left) more have") more than \(APILimits.jaegerSampleTraceSpans) spans "
        + "and \(left == 1 ? "was" : "were") left out"
    }
    metrics = TraceCheck.all.compactMap { Self.metric($0, checked) }
    scores = [("coverage", "Instrumentation coverage"), ("quality", "Trace quality")].map { [metrics] key, label in
      Score(key: key, label: label, value: Self.score(metrics.filter { $0.category == key }))
    }
  }

  /// Nil where nothing was to be checked.
  private static func metric(_ check: TraceCheck, _ traces: [CheckedTrace]) -> Metric? {
    var metric = Metric(
      name: check.name, category: check.category, description: check.description, metricDocumentationLink: check.link,
      metricWeight: check.weight)
    var failures: [String: Int] = [:]
    for checked in traces {
      let example = Example(traceID: checked.trace.id.description)
      for position in checked.trace.spans.indices {
        switch check.verdict(checked, position) {
        case .passed:
          metric.passCount += 1
          metric.passExamples.add(example)
        case .failed:
          metric.failureCount += 1
          metric.failureExamples.add(example)
          failures[checked.trace.spans[position].span.jaegerService, default: 0] += 1
        case .exempt:
          metric.exemptionCount += 1
          metric.exemptionExamples.add(example)
        case nil: break
        }
      }
    }
    guard metric.passCount + metric.failureCount > 0 else { return nil }
    if !failures.isEmpty {
      let rows = failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(APILimits.jaegerQualityRowsMax)
      metric.details = [
        Details(
          description: "Where it fails most", header: "Services",
          columns: [Column(key: "service", label: "Service"), Column(key: "spans", label: "Spans")],
          rows: rows.map { Row(service: $0.key, spans: $0.value) })
      ]
    }
    return metric
  }

  /// The shares that passed, by weight; 0 where nothing was checked.
  private static func score(_ metrics: [Metric]) -> Int {
    let weight = metrics.reduce(0) { $0 + $1.metricWeight }
    guard weight > 0 else { return 0 }
    let sum = metrics.reduce(0) {
      $0 + $1.metricWeight * Double($1.passCount) / Double($1.passCount + $1.failureCount)
    }
    return Int((100 * sum / weight).rounded(.down))
  }
}

extension [JaegerQuality.Example] {
  /// The first few, each once.
  fileprivate mutating func add(_ example: Element) {
    if count < APILimits.jaegerExamplesMax && last != example { append(example) }
  }
}
