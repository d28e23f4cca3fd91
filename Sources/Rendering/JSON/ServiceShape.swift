import TraceModel

/// A service summary's JSON.
struct ServiceShape: Codable {
  var name: String
  var namespace: String?
  var spans: UInt64
  var ok: UInt64
  var error: UInt64
  var throttle: UInt64
  var fault: UInt64
  var first: TimeShape
  var last: TimeShape
  var latency: LatencyShape
  /// True or missing.
  var estimated: Bool?

  struct List: Codable {
    var services: [ServiceShape]

    init(_ services: [ServiceSummary]) {
      self.services = services.map { ServiceShape($0) }
    }
  }

  init(_ service: ServiceSummary) {
    name = service.name
    namespace = service.namespace
    spans = service.spans
    ok = service.outcomes.ok
    error = service.outcomes.error
    throttle = service.outcomes.throttle
    fault = service.outcomes.fault
    first = TimeShape(service.first)
    last = TimeShape(service.last)
    latency = LatencyShape(service.latency)
    estimated = service.isEstimated ? true : nil
  }

  var summary: ServiceSummary {
    ServiceSummary(
      name: name, namespace: namespace, spans: spans,
      outcomes: OutcomeCounts(ok: ok, error: error, throttle: throttle, fault: fault), first: first.time,
      last: last.time, latency: latency.summary, isEstimated: estimated ?? false)
  }
}
