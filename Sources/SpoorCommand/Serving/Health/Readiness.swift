import Synchronization

/// Whether the collector takes payloads: until it is told to stop.
final class Readiness: Sendable {
  private let hasEnded = Atomic(false)

  var isReady: Bool { !hasEnded.load(ordering: .relaxed) }

  func end() { hasEnded.store(true, ordering: .relaxed) }
}
