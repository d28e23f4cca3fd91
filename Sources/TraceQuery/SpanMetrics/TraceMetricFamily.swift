import TraceLinking
import TraceModel

/// What Spoor counts under the names of Tempo's metrics generator
/// (https://grafana.com/docs/tempo/latest/metrics-from-traces/).
package enum TraceMetricFamily: String, CaseIterable, Sendable {
  case calls = "traces_spanmetrics_calls_total"
  case latency = "traces_spanmetrics_latency"
  case targetInfo = "traces_target_info"
  case requests = "traces_service_graph_request_total"
  case failedRequests = "traces_service_graph_request_failed_total"
  case serverSeconds = "traces_service_graph_request_server_seconds"
  case clientSeconds = "traces_service_graph_request_client_seconds"
  case messagingSeconds = "traces_service_graph_request_messaging_system_seconds"
  case unpaired = "traces_service_graph_unpaired_spans_total"

  package enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  package enum Figure: Hashable, Sendable {
    case count(UInt64)
    case histogram(LatencyHistogram)
  }

  package var name: String { rawValue }

  package var kind: Kind {
    switch self {
    case .calls, .requests, .failedRequests, .unpaired: .counter
    case .targetInfo: .gauge
    case .latency, .serverSeconds, .clientSeconds, .messagingSeconds: .histogram
    }
  }

  package var help: String {
    switch self {
    case .calls: "Spans by service, name, kind and status."
    case .latency: "How long spans took, in seconds."
    case .targetInfo: "Services that sent spans; always 1."
    case .requests: "Calls and messages between two nodes of the service graph."
    case .failedRequests: "Those of them that did not end well, whoever is to blame."
    case .serverSeconds: "How long calls took, in seconds, as the caller saw it where it was seen."
    case .clientSeconds: "How long calls of known callers took, in seconds, as the caller saw it where it was seen."
    case .messagingSeconds: "How long messages were on their way, in seconds."
    case .unpaired: "Spans that should have had a partner in another service, and had none."
    }
  }

  /// Of the classic buckets, in seconds: Tempo's own.
  package var bounds: [Double] {
    switch self {
    case .latency: (0..<14).map { 0.002 * Double(1 << $0) }
    case .serverSeconds, .clientSeconds, .messagingSeconds: (0..<8).map { 0.1 * Double(1 << $0) }
    default: []
    }
  }

  /// Whether it is about spans by their names, which cost most.
  var isOfSpans: Bool { self == .calls || self == .latency }

  /// The series and what was counted, in no order. Those of the same labels are one.
  package func figures(in metrics: TraceMetrics) -> [MetricLabels: Figure] {
    switch self {
    case .calls: metrics.spans.reduce(into: [:]) { $0[MetricLabels($1.key)] = .count($1.value.count) }
    case .latency: metrics.spans.reduce(into: [:]) { $0[MetricLabels($1.key)] = .histogram($1.value) }
    case .targetInfo: metrics.services.reduce(into: [:]) { $0[MetricLabels(target: $1)] = .count(1) }
    case .requests: edges(metrics) { _, edge in .count(edge.outcomes.total) }
    case .failedRequests: edges(metrics) { _, edge in .count(edge.outcomes.failed) }
    case .serverSeconds: edges(metrics) { _, edge in .histogram(edge.latency) }
    case .clientSeconds: edges(metrics) { key, edge in key.kind == .user ? nil : .histogram(edge.latency) }
    case .messagingSeconds: edges(metrics) { _, edge in edge.queueTime.count > 0 ? .histogram(edge.queueTime) : nil }
    case .unpaired: metrics.unpaired > 0 ? [MetricLabels(): .count(metrics.unpaired)] : [:]
    }
  }

  private func edges(
    _ metrics: TraceMetrics, _ figure: (TraceMetrics.EdgeKey, TraceMetrics.EdgeFigures) -> Figure?
  ) -> [MetricLabels: Figure] {
    var figures: [MetricLabels: Figure] = [:]
    for (key, edge) in metrics.edges {
      guard let own = figure(key, edge) else { continue }
      let labels = MetricLabels(key)
      figures[labels] = figures[labels].map { $0 + own } ?? own
    }
    return figures
  }
}

extension TraceMetricFamily.Figure {
  /// Externals and users are told apart on the map, and have the same connection type here.
  fileprivate static func + (left: Self, right: Self) -> Self {
    switch (left, right) {
    case (.count(let one), .count(let other)): return .count(one &+ other)
    case (.histogram(var one), .histogram(let other)):
      one += other
      return .histogram(one)
    default: return left
    }
  }
}

extension MetricLabels {
  /// Where what is past a bound is counted (https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits).
  static let overflow = "otel_metric_overflow"

  init(_ key: TraceMetrics.SpanKey) {
    let isOverflow = key.name == LinkingLimits.otherName || key.service.name == LinkingLimits.otherName
    self.init([
      ("service", key.service.name), ("service_namespace", key.service.namespace), ("span_name", key.name),
      ("span_kind", key.kind.metricName), ("status_code", key.outcome.statusCode(of: key.kind)),
      ("outcome", key.outcome.description), (Self.overflow, isOverflow ? "true" : ""),
    ])
  }

  init(_ key: TraceMetrics.EdgeKey) {
    let isOverflow = key.client.name == LinkingLimits.otherName || key.server.name == LinkingLimits.otherName
    self.init([
      ("client", key.client.name), ("client_service_namespace", key.client.namespace), ("server", key.server.name),
      ("server_service_namespace", key.server.namespace), ("connection_type", key.kind.connectionType),
      (Self.overflow, isOverflow ? "true" : ""),
    ])
  }

  init(target: TraceMetrics.Service) {
    let job = target.namespace.isEmpty ? target.name : "\(target.namespace)/\(target.name)"
    self.init([("job", job), ("service", target.name), ("service_namespace", target.namespace)])
  }
}

extension SpanKind {
  fileprivate var metricName: String {
    Self.known.contains(self) ? "SPAN_KIND_\(description.uppercased())" : "SPAN_KIND_\(rawValue)"
  }
}

extension Outcome {
  /// The status that OpenTelemetry's conventions give a span that ended so: a 4xx is the caller's error alone, so a
  /// server's span leaves its status unset. STATUS_CODE_OK cannot be told from UNSET.
  fileprivate func statusCode(of kind: SpanKind) -> String {
    switch self {
    case .ok: "STATUS_CODE_UNSET"
    case .error, .throttle: kind == .server ? "STATUS_CODE_UNSET" : "STATUS_CODE_ERROR"
    case .fault: "STATUS_CODE_ERROR"
    }
  }
}

extension ServiceMap.EdgeKind {
  fileprivate var connectionType: String {
    switch self {
    case .call: ""
    case .message: "messaging_system"
    case .database: "database"
    case .external, .user: "virtual_node"
    }
  }
}
