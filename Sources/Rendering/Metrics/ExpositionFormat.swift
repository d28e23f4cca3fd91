/// The forms in which `/metrics` can be asked for.
package enum ExpositionFormat: Hashable, Sendable {
  case text, openMetrics, protobuf

  /// The one that whoever sends this `Accept` likes best; text where nothing is said or known.
  /// - Parameter accept: past its first 32 parts it is not looked at.
  package init(accept: String) {
    var best: (format: ExpositionFormat, quality: Double)?
    for part in accept.split(separator: ",").prefix(32) {
      let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let format = words.first.flatMap({ Self.format(of: $0, Array(words.dropFirst())) }) else { continue }
      let quality = words.compactMap { $0.hasPrefix("q=") ? Double($0.dropFirst(2)) : nil }.first ?? 1
      if quality > best?.quality ?? 0 { best = (format, quality) }
    }
    self = best?.format ?? .text
  }

  private static func format(of type: String, _ parameters: [String]) -> ExpositionFormat? {
    switch type {
    case "text/plain", "text/*", "*/*": .text
    case "application/openmetrics-text": .openMetrics
    case "application/vnd.google.protobuf":
      parameters.contains("proto=io.prometheus.client.metricfamily") && parameters.contains("encoding=delimited")
        ? .protobuf : nil
    default: nil
    }
  }

  package var contentType: String {
    switch self {
    case .text: PrometheusText.contentType
    case .openMetrics: OpenMetricsText.contentType
    case .protobuf: PrometheusProtobuf.contentType
    }
  }

  package func encode(_ families: [MetricFamily]) -> [UInt8] {
    switch self {
    case .text: Array(PrometheusText.encode(families).utf8)
    case .openMetrics: Array(OpenMetricsText.encode(families).utf8)
    case .protobuf: PrometheusProtobuf.encode(families)
    }
  }
}
