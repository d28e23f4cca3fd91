import NIOCore

/// How often, and after which pauses, a request is sent again that met a busy server or none
/// (https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling).
///
/// Spans that were stored although their answer was lost arrive twice then; a collector keeps each once.
struct RetryPolicy: Sendable {
  var attemptsMax = SendingLimits.attemptsMax
  var pauseFirst = SendingLimits.pauseFirst
  var pauseMax = SendingLimits.pauseMax
  /// Waits. Up to a fifth longer than asked, so that senders who failed together do not come back together.
  var pause: @Sendable (TimeAmount) async throws -> Void = { length in
    try await Task.sleep(for: .nanoseconds(Double(length.nanoseconds) * Double.random(in: 1...1.2)))
  }

  /// The first attempt decides, and no pause is made.
  static let never = RetryPolicy(attemptsMax: 1)

  nonisolated(nonsending) func run<Value>(
    _ attempt: () async throws(SendingError) -> Value
  ) async throws(SendingError) -> Value {
    var ownPause = pauseFirst
    for _ in 1..<max(1, attemptsMax) {
      let failure: SendingError
      do throws(SendingError) { return try await attempt() } catch { failure = error }
      guard let length = failure.pause(own: ownPause), length <= pauseMax else { throw failure }
      do { try await pause(length) } catch { throw failure }
      ownPause = min(ownPause * 2, pauseMax)
    }
    return try await attempt()
  }
}

extension SendingError {
  /// How long to wait before another attempt, or nil where none would help.
  fileprivate func pause(own: TimeAmount) -> TimeAmount? {
    switch self {
    case .busy(_, _, _, let retryAfter): retryAfter ?? own
    case .connectionRefused, .connectionClosed: own
    default: nil
    }
  }
}
