/// OpenMetrics's text format, version 1.0.0
/// (https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md).
package enum OpenMetricsText {
  package static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// The families in their order; one without samples is left out. Buckets come with their exemplars.
  package static func encode(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families where !family.isEmpty {
      // A counter is called without what its figures end in.
      let isCounter = family.kind == .counter && family.name.hasSuffix(total)
      let name = isCounter ? String(family.name.dropLast(total.count)) : family.name
      text +=
        "# HELP \(name) \(PrometheusText.escaped(family.help, quotes: true))\n# TYPE \(name) \(family.kind.rawValue)\n"
      for sample in family.samples {
        text += "\(family.name)\(PrometheusText.labels(sample.labels)) \(PrometheusText.number(sample.value))\n"
      }
      for histogram in family.histograms { write(histogram, of: name, to: &text) }
    }
    return text + "# EOF\n"
  }

  private static let total = "_total"

  private static func write(_ histogram: MetricFamily.Histogram, of name: String, to text: inout String) {
    let start = "\(name)_bucket{" + histogram.labels.map { PrometheusText.pair($0) + "," }.joined() + "le=\""
    for (place, bound) in histogram.bounds.enumerated() {
      text += "\(start)\(bound)\"} \(histogram.counts[place])\(exemplar(histogram.exemplars[place]))\n"
    }
    let last = exemplar(histogram.exemplars[histogram.bounds.count])
    let labels = PrometheusText.labels(histogram.labels)
    text += "\(start)+Inf\"} \(histogram.count)\(last)\n\(name)_count\(labels) \(histogram.count)\n"
    text += "\(name)_sum\(labels) \(PrometheusText.number(histogram.sum))\n"
  }

  private static func exemplar(_ exemplar: MetricFamily.Exemplar?) -> String {
    guard let exemplar else { return "" }
    let milliseconds = exemplar.time.unixNanoseconds / 1_000_000
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    let labels = exemplar.labels.map { PrometheusText.pair($0) }.joined(separator: ",")
    return " # {\(labels)} \(PrometheusText.number(exemplar.value)) \(milliseconds / 1000).\(fraction)"
  }
}
