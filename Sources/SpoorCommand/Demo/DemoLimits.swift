import TraceModel

/// Every bound of the demo.
enum DemoLimits {
  /// Traces a second. It is a shop to look at; `spoor load` is for what a collector can take.
  static let rateMax = 5_000.0

  /// Traces made before any of them is sent, so that a slow collector does not fill our memory: the demo falls behind
  /// its rate then.
  static let tracesPerRoundMax = 2_000

  /// Spans in one request, as SDKs batch them (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).
  static let spansPerRequestMax = 512

  /// How long spans wait for others of their service; SDKs wait 5 s, but here somebody is watching.
  static let roundLength = Duration.milliseconds(250)

  /// How far in the past the traces of one round may end.
  static let ageMax = Duration.seconds(1)
}
