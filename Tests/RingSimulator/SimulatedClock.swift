import Synchronization
import TraceModel

/// A time that stands still until it is moved.
package final class SimulatedClock: Sendable {
  private let seconds: Atomic<UInt64>

  package init(seconds: UInt64 = 1_700_000_000) { self.seconds = Atomic(seconds) }

  package var now: Timestamp { Timestamp(unixSeconds: seconds.load(ordering: .relaxed)) }

  package func advance(seconds count: UInt64) { seconds.add(count, ordering: .relaxed) }
  package func goBack(seconds count: UInt64) { seconds.subtract(count, ordering: .relaxed) }
}
