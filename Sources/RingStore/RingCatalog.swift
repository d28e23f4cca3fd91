import Synchronization

/// What the ring holds at this moment, for any thread.
package final class RingCatalog: Sendable {
  private let current: Mutex<RingSnapshot>

  init(_ snapshot: RingSnapshot) {
    current = Mutex(snapshot)
  }

  /// Stays as it is while the ring goes on; what it names may be overwritten meanwhile, and is then left out.
  package var snapshot: RingSnapshot { current.withLock { $0 } }

  func publish(_ state: RingState) {
    current.withLock { $0.state = state }
  }
}
