import NIOCore

/// What a connection has read and cannot use yet, charged to the budget while it stays.
struct UnreadBytes: ~Copyable {
  private let budget: ByteBudget
  private var parts = CircularBuffer<ByteBuffer>()
  private var chargedByteCount = 0

  init(budget: ByteBudget) {
    self.budget = budget
  }

  deinit { budget.give(chargedByteCount) }

  var isEmpty: Bool { parts.isEmpty }
  var first: ByteBuffer? { parts.first }

  mutating func append(_ part: ByteBuffer) {
    parts.append(part)
  }

  /// Puts the rest of the first part in its place, if there is a rest.
  mutating func replaceFirst(with rest: ByteBuffer) {
    if rest.readableBytes > 0 { parts[parts.startIndex] = rest } else { removeFirst() }
  }

  mutating func removeFirst() {
    parts.removeFirst()
    if parts.isEmpty { giveBack() }
  }

  mutating func removeAll() {
    parts.removeAll()
    giveBack()
  }

  /// Charges what is here, and answers false when the budget has no room for it. A part counts with all the memory that it
  /// keeps, however little of it is still to be read.
  mutating func charge() -> Bool {
    let held = parts.reduce(0) { $0 + $1.storageCapacity }
    guard held > chargedByteCount else { return true }
    guard budget.take(held - chargedByteCount) else { return false }
    chargedByteCount = held
    return true
  }

  private mutating func giveBack() {
    budget.give(chargedByteCount)
    chargedByteCount = 0
  }
}
