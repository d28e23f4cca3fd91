/// What one connection has handed to the sink and has no answer for, and whether it may hand over more: one payload always,
/// others only while they are not more than `ByteBudget.senderShare` together.
///
/// A connection whose share is used up reads nothing until one of its answers comes; nobody else wakes it.
struct SenderShare {
  private let budget: ByteBudget
  private var count = 0
  private var byteCount = 0

  init(of budget: ByteBudget) {
    self.budget = budget
  }

  var hasRoom: Bool { count == 0 || byteCount <= budget.senderShare }

  /// To be called with each payload that the sink receives.
  mutating func take(_ byteCount: Int) {
    count += 1
    self.byteCount += byteCount
  }

  /// To be called with each first answer.
  mutating func give(_ byteCount: Int) {
    count -= 1
    self.byteCount -= byteCount
  }
}
