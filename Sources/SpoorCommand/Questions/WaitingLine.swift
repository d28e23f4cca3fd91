import Synchronization

/// A `ProgressLine` that a worker tells how far it is.
final class WaitingLine: Sendable {
  private let line = Mutex(ProgressLine())
  private let begin = ContinuousClock.now

  /// - Parameter share: of the ring, from 0 to 1; nil where nobody knows.
  func show(_ share: Double?) {
    line.withLock { line in
      let seconds = (ContinuousClock.now - begin).components.seconds
      line.show(share.map { "searching: \(Int($0 * 100)) % of the ring" } ?? "waiting for the answer: \(seconds) s")
    }
  }

  func clear() { line.withLock { $0.clear() } }
}
