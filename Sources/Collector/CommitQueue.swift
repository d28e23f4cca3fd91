import RingStore
import TraceModel

/// The batches that wait for the committer. A value under the collector's mutex.
struct CommitQueue {
  /// A decoded payload, or several, and how to answer: with nil when they were stored, else with what went wrong.
  struct Pending: Sendable {
    var request: ReceivedRequest
    /// What the budget was charged.
    var byteCount: Int
    /// Whether somebody waits for the answer.
    var isAwaited: Bool
    var answer: @Sendable (Verdict?) -> Void
  }

  var isStopping = false
  private let limits: CollectorLimits
  private var waiting: [Pending] = []
  /// Those that would hold up all others; one at a time goes with them.
  private var large: [Pending] = []
  private var waitingByteCount = 0
  private var isAnyAwaited = false
  /// Whether the committer is at work, or has been asked to be.
  private var isCommitterDue = false
  private let enough = Gathering()

  init(limits: CollectorLimits) {
    self.limits = limits
  }

  /// - Returns: whether the committer has to be called; otherwise it will come by.
  mutating func append(_ pending: Pending) -> Bool {
    if pending.byteCount < limits.largeByteCount { waiting.append(pending) } else { large.append(pending) }
    waitingByteCount += pending.byteCount
    if pending.isAwaited { isAnyAwaited = true }
    if isEnough { enough.signal() }
    defer { isCommitterDue = true }
    return !isCommitterDue
  }

  /// What the committer should wait for before it takes what is there; nil if that is enough, or nothing.
  var gathering: Gathering? {
    isEmpty || isStopping || isEnough ? nil : enough
  }

  private var isEmpty: Bool { waiting.isEmpty && large.isEmpty }

  private var isEnough: Bool {
    waitingByteCount >= (isAnyAwaited ? limits.gatheringByteCount : limits.unawaitedByteCount)
  }

  /// Everything that waits, but for all large ones but the first; nil, and the committer is no longer due, if nothing does.
  mutating func take() -> [Pending]? {
    enough.reset()
    guard !isEmpty else {
      isCommitterDue = false
      return nil
    }
    var taken: [Pending] = []
    swap(&taken, &waiting)
    if !large.isEmpty { taken.append(large.removeFirst()) }
    waitingByteCount = large.reduce(0) { $0 + $1.byteCount }
    isAnyAwaited = large.contains(where: \.isAwaited)
    return taken
  }
}
