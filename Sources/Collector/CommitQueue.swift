import NIOConcurrencyHelpers
import RingStore
import TraceModel

/// The batches that wait for the committer. A value under the collector's mutex.
struct CommitQueue {
  /// A decoded payload and how to answer it: with nil when it was stored, else with what went wrong.
  struct Pending: Sendable {
    var request: ReceivedRequest
    var answer: @Sendable (Verdict?) -> Void
  }

  var isStopping = false
  private let limits: CollectorLimits
  private var waiting: [Pending] = []
  private var waitingByteCount = 0
  private var inFlightByteCount = 0
  /// Whether the committer is at work, or has been asked to be.
  private var isCommitterDue = false
  private let enough = Gathering()

  init(limits: CollectorLimits) {
    self.limits = limits
  }

  /// Why no payload can be taken right now, if none can.
  var refusal: Verdict? {
    if isStopping { return .unavailable("the collector is shutting down") }
    return inFlightByteCount >= limits.inFlightByteCountMax ? .overloaded : nil
  }

  /// - Returns: whether the committer has to be called; otherwise it will come by.
  mutating func append(_ pending: Pending) -> Bool {
    waiting.append(pending)
    waitingByteCount += pending.request.batch.byteCount
    inFlightByteCount += pending.request.batch.byteCount
    if waitingByteCount >= limits.gatheringByteCount { enough.signal() }
    defer { isCommitterDue = true }
    return !isCommitterDue
  }

  /// What the committer should wait for before it takes what is there; nil if that is enough, or nothing.
  var gathering: Gathering? {
    waiting.isEmpty || isStopping || waitingByteCount >= limits.gatheringByteCount ? nil : enough
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
    }
    return waiting
  }

  mutating func release(_ pending: [Pending]) {
    inFlightByteCount -= pending.reduce(0) { $0 + $1.request.batch.byteCount }
  }
}

/// Lets the committer sleep until enough has gathered or its patience ends.
final class Gathering: Sendable {
  private let isEnough = ConditionLock(value: false)

  func signal() {
    isEnough.lock()
    isEnough.unlock(withValue: true)
  }

  func reset() {
    isEnough.lock()
    isEnough.unlock(withValue: false)
  }

  func wait(seconds: Double) {
    if isEnough.lock(whenValue: true, timeoutSeconds: seconds) { isEnough.unlock() }
  }
}
