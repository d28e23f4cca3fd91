/// Prometheus's text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
package enum PrometheusText {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The families in their order, each with its help and its type. One without samples is left out. There is no place for
  /// exemplars and native buckets.
  package static func encode(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families where !family.isEmpty {
      text +=
        "# HELP \(family.name) \(escaped(family.help, quotes: false))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in family.samples { text += "\(family.name)\(labels(sample.labels)) \(number(sample.value))\n" }
      for histogram in family.histograms { write(histogram, of: family.name, to: &text) }
    }
    return text
  }

  private static func write(_ histogram: MetricFamily.Histogram, of name: String, to text: inout String) {
    let start = "\(name)_bucket{" + histogram.labels.map { pair($0) + "," }.joined() + "le=\""
    for (bound, count) in zip(histogram.bounds, histogram.counts) { text += "\(start)\(number(bound))\"} \(count)\n" }
    let own = labels(histogram.labels)
    text += "\(start)+Inf\"} \(histogram.count)\n\(name)_sum\(own) \(number(histogram.sum))\n"
    text += "\(name)_count\(own) \(histogram.count)\n"
  }

  static func labels(_ labels: [MetricFamily.Label]) -> String {
    labels.isEmpty ? "" : "{" + labels.map { pair($0) }.joined(separator: ",") + "}"
  }

  static func pair(_ label: MetricFamily.Label) -> String { "\(label.name)=\"\(escaped(label.value, quotes: true))\"" }

  /// As Go's ParseFloat reads it, whole numbers without a point.
  package static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == 92 || $0 == 10 || $0 == 34 && quotes }) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
