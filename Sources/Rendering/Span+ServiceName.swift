import TraceModel

extension TraceModel.Span {
  /// The service's name; OpenTelemetry's `unknown_service` if the resource has none, as in the map.
  var serviceName: String {
    guard let name = resource.serviceName, !name.isEmpty else { return "unknown_service" }
    return name
  }
}
