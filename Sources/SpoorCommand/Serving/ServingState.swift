import Synchronization

/// How far a running collector has come, for whoever asks and for its end.
final class ServingState: Sendable {
  private let isEnding = Atomic(false)
  private let failed = Mutex<CommandFailure?>(nil)

  /// Whether payloads are taken: until it is told to stop.
  var isReady: Bool { !isEnding.load(ordering: .relaxed) }

  /// What went wrong while it stopped. An error thrown out of a service then would cancel those that still answer.
  var failure: CommandFailure? { failed.withLock { $0 } }

  func end() { isEnding.store(true, ordering: .relaxed) }

  func fail(_ failure: CommandFailure) { failed.withLock { $0 = failure } }
}
