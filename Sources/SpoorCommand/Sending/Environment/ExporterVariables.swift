/// The variables that OpenTelemetry's exporters read. What is said of traces is stronger than what is said of all signals;
/// an empty variable is as good as none.
struct ExporterVariables: Sendable {
  /// What a variable holds.
  struct Value: Sendable {
    var name: String
    var text: String
    /// Whether it is said of traces alone.
    var isForTraces: Bool
  }

  private let environment: [String: String]

  init(_ environment: [String: String]) {
    self.environment = environment
  }

  /// - Parameter name: what follows `OTEL_EXPORTER_OTLP_`.
  subscript(_ name: String) -> Value? {
    value("OTEL_EXPORTER_OTLP_TRACES_" + name, isForTraces: true)
      ?? value("OTEL_EXPORTER_OTLP_" + name, isForTraces: false)
  }

  private func value(_ name: String, isForTraces: Bool) -> Value? {
    guard let text = environment[name]?.trimmed, !text.isEmpty else { return nil }
    return Value(name: name, text: text, isForTraces: isForTraces)
  }
}
