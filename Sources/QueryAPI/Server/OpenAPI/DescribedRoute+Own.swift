import Rendering

extension DescribedRoute {
  static let prefix = "/api/spoor/v1"

  /// Every route of Spoor's own. A request with a query parameter that is not among a route's is refused, so that what
  /// stands here is what they take.
  static let own: [DescribedRoute] = [
    DescribedRoute(
      "/ready", "Whether payloads are taken; asks for no token", contentTypes: ["text/plain"],
      errors: [503: "The collector is stopping."]),
    DescribedRoute(
      "/metrics", "The collector's own figures, and those of spans and edges, for Prometheus",
      contentTypes: ["text/plain", "application/openmetrics-text", "application/vnd.google.protobuf"]),
    DescribedRoute(prefix, "This index", contentTypes: ["text/plain"]),
    DescribedRoute("\(prefix)/openapi.json", "These routes as OpenAPI 3.1", contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/traces/{id}", "The spans of a trace as OTLP's TracesData",
      [
        DescribedParameter("id", .text, "A trace ID: 1 to 32 hexadecimal digits", place: .path),
        DescribedParameter("limit", .count, "How many spans at most"), cursor,
      ], contentTypes: ["application/x-protobuf"],
      errors: [404: "No span of it is in the ring.", 409: "Several traces begin like this."]),
    DescribedRoute(
      "\(prefix)/search", "Traces with a span that answers a question, newest first",
      [DescribedParameter("q", .text, "A question in TraceQL", isRequired: true)] + window + [
        DescribedParameter("limit", .count, "How many traces at most"), cursor,
        DescribedParameter("spans", .number, "How many spans to tell of each set that a trace is found by"),
      ], contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/query", "Figures of spans over time",
      [DescribedParameter("q", .text, "A question in TraceQL that ends in a function such as rate()", isRequired: true)]
        + window + [
          DescribedParameter("step", .count, "How long a column is, in nanoseconds"),
          DescribedParameter("exemplars", .number, "How many traces to tell beside the figures"),
        ], contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/map", "The service map, or a part of it",
      window + [
        DescribedParameter("trace", .text, "The map of this trace"),
        DescribedParameter("where", .text, "Only traces with a span for which this TraceQL holds"),
        DescribedParameter("group_by", .text, "A resource attribute by which services are told apart too"),
        DescribedParameter("around", .text, "Only what is near this node"),
        DescribedParameter("depth", .count, "How many calls from it"),
        DescribedParameter("min_share", .text, "Hide edges with a smaller share of all calls, such as 1%"),
        DescribedParameter("hide", .texts, "A node to leave out; may be repeated"),
        DescribedParameter("format", .oneOf(["json", "dot", "svg", "png", "pdf", "mermaid"]), "Usually json"),
        DescribedParameter("theme", .oneOf(["light", "dark", "auto"]), "Of pictures"),
        DescribedParameter("size_by", .oneOf(["traffic", "latency", "none"]), "Of pictures"),
        DescribedParameter("label", .oneOf(["name", "host", "namespace", "system", "full"]), "Of databases"),
      ],
      contentTypes: ["application/json", "text/vnd.graphviz", "image/svg+xml", "image/png", "application/pdf"],
      errors: [404: "No span of the trace is in the ring.", 501: "This server draws no such pictures."]),
    DescribedRoute("\(prefix)/services", "The services of a window", window, contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/latency", "Latencies with their buckets",
      window + latencySelection + [
        DescribedParameter("exemplars", .flag, "Whether to name traces near the percentiles")
      ], contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/latency/heatmap", "Latencies over time",
      window + latencySelection + [DescribedParameter("columns", .count, "How many columns at most")],
      contentTypes: ["application/json"]),
    DescribedRoute(
      "\(prefix)/status", "What the ring holds, and the collector's counters", contentTypes: ["application/json"]),
  ]

  private static let cursor = DescribedParameter("cursor", .text, "Where an earlier answer ended")

  private static let window = [
    DescribedParameter("from", .moment, "The window's beginning in Unix nanoseconds, by the ends of spans"),
    DescribedParameter("to", .moment, "The window's end"),
  ]

  private static let latencySelection = [
    DescribedParameter("service", .text, "Of this service"),
    DescribedParameter("span_name", .text, "Of spans of this name"),
    DescribedParameter("caller", .text, "Of calls by this node; with callee"),
    DescribedParameter("callee", .text, "Of calls to this node; with caller"),
    DescribedParameter(
      "kind", .oneOf(["internal", "server", "client", "producer", "consumer"]), "Of spans of this kind"),
    DescribedParameter("outcome", .oneOf(["ok", "error", "throttle", "fault"]), "Of spans with this outcome"),
    DescribedParameter("by", .text, "kind, outcome or both with a comma: a series for each"),
  ]
}
