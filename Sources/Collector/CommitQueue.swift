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
    waiting.append(pending)
    waitingByteCount += pending.byteCount
    if pending.isAwaited { isAnyAwaited = true }
    if isEnough { enough.signal() }
    defer { isCommitterDue = true }
    return !isCommitterDue
  }

  /// What the committer should wait for before it takes what is there; nil if that is enough, or nothing.
  var gathering: Gathering? {
    waiting.isEmpty || isStopping || isEnough ? nil : enough
  }

  private var isEnough: Bool {
    waitingByteCount >= (isAnyAwaited ? limits.gatheringByteCount : limits.unawaitedByteCount)
  }

  /// Everything that waits; nil, and the committer is no longer due, if nothing does.
  mutating func take() -> [Pending]? {
    enough.reset()
    guard !waiting.isEmpty else {
      isCommitterDue = false
      return nil
    }
    defer {
      waiting = []
      waitingByteCount = 0
      isAnyAwaited = false
    }
    return waiting
  }
}
