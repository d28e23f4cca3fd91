import TraceModel

/// Every bound of `spoor load`.
enum LoadLimits {
  /// Services that call one another; each keeps spans of its own waiting.
  static let servicesMax = 1_000

  /// Services that one request passes through. Each adds three spans to the trace.
  static let depthMax = 100

  /// Attributes of one span; more than SDKs let through by default.
  static let attributesMax = 128

  /// Spans of one request.
  static let batchMax = 16_384

  /// Requests on their way at once, each on a connection of its own.
  static let connectionsMax = 256

  /// How long a connection without answers sleeps at least once it sleeps: it then sends at once all that has become due,
  /// since waking up costs more than a datagram. A collector's receive queue holds many times as much.
  static let sleepMin = Duration.milliseconds(1)

  /// Spans that are made and packed before the clock starts; they are sent again and again, with other IDs and times.
  /// About as many as four full blocks of the ring, so that a block does not hold the same texts twice.
  static let waveSpanCountMin = 16_384

  /// What the requests made beforehand may take together, in bytes. Past it the command ends and says what to lower.
  static let waveByteCountMax = 512 << 20

  /// How long ago the last span of a request ended, at least: longer than any trace takes, so that no span ends in the
  /// future.
  static let age = Duration.seconds(2)

  /// How much of the traffic without a rate is said to have taken place in a second.
  static let spansPerSecondUnbounded = 100_000.0
}
