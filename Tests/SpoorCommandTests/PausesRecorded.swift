import NIOCore
import Synchronization

@testable import SpoorCommand

/// The pauses that a retry policy makes, which take no time here.
final class PausesRecorded: Sendable {
  private let recorded = Mutex<[TimeAmount]>([])

  var lengths: [TimeAmount] { recorded.withLock { $0 } }

  func policy(attemptsMax: Int = 5) -> RetryPolicy {
    RetryPolicy(attemptsMax: attemptsMax) { length in self.recorded.withLock { $0.append(length) } }
  }
}
