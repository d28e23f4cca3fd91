import Synchronization

/// The bytes of everything in flight, of all listeners together, and their bound.
package final class ByteBudget: Sendable {
  package let limit: Int
  private let used = Atomic<Int>(0)

  package init(limit: Int) {
    self.limit = limit
  }

  /// Takes `byteCount` from the budget, or nothing and answers false when so much is not left.
  package func take(_ byteCount: Int) -> Bool {
    if used.add(byteCount, ordering: .relaxed).newValue <= limit { return true }
    give(byteCount)
    return false
  }

  package func give(_ byteCount: Int) {
    used.subtract(byteCount, ordering: .relaxed)
  }

  /// What is taken at the moment.
  package var usedByteCount: Int { used.load(ordering: .relaxed) }
}
