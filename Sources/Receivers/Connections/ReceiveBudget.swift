import Synchronization

/// The bytes that half-received payloads of one listener hold, and their bound.
final class ReceiveBudget: Sendable {
  let limit: Int
  private let used = Atomic<Int>(0)

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes `byteCount` from the budget, or nothing and answers false when so much is not left.
  func take(_ byteCount: Int) -> Bool {
    if used.add(byteCount, ordering: .relaxed).newValue <= limit { return true }
    give(byteCount)
    return false
  }

  func give(_ byteCount: Int) {
    used.subtract(byteCount, ordering: .relaxed)
  }

  /// What is taken at the moment.
  var usedByteCount: Int { used.load(ordering: .relaxed) }
}
