import Synchronization
import TraceLinking

/// The sum of the segments that the last question found whole in its window: they never change, and the next question
/// mostly has the same ones inside, and one that is being written.
final class KeptSum: Sendable {
  struct Key: Hashable {
    /// Their numbers, oldest first.
    var segments: [UInt64]
    /// Whether impossible times count.
    var isAll: Bool
  }

  private let kept = Mutex<(key: Key, aggregates: Aggregates)?>(nil)

  subscript(key: Key) -> Aggregates? { kept.withLock { $0?.key == key ? $0?.aggregates : nil } }

  func keep(_ aggregates: Aggregates, for key: Key) { kept.withLock { $0 = (key, aggregates) } }
}
