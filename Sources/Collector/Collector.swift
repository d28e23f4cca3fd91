import NIOCore
import NIOPosix
import OTLPCodec
import Receivers
import RingStore
import Synchronization
import TraceModel

/// The hall: takes payloads from the receivers, has them decoded on the thread that read them, and hands whole batches
/// to one committer thread, which writes what has gathered, syncs once, and answers everybody.
package final class Collector: Sendable {
  /// What has been committed, for whoever asks questions.
  package let catalog: RingCatalog
  /// What opening the ring found, for the log.
  package let notices: [RingNotice]

  /// Of everything in flight.
  package let budget: ByteBudget
  let acknowledgement: Acknowledgement
  private let limits: CollectorLimits
  private let now: @Sendable () -> Timestamp
  let requestLimits: RequestLimits
  /// What the ring takes of one span with its resource and scope.
  let storedSpanByteCountMax: Int
  let decoders = ThreadSpecificVariable<ThreadDecoder>()
  private let state: Mutex<State>
  private struct State {
    var queue: CommitQueue
    var counters = CollectorCounters()
  }

  /// Only the committer thread takes it, so it is never waited for.
  private let ring: Mutex<Ring>
  private let committer = NIOThreadPool(numberOfThreads: 1)
  private let sealer = Sealer()
  let hasher: RequestHasher
  let fold: (any SegmentFold)?

  /// - Parameter openRing: opens the ring, which from then on belongs to the collector. What it is given is for
  ///   `Ring.open`: it has the footers of full slots made on another thread.
  package init(
    acknowledgement: Acknowledgement, limits: CollectorLimits = CollectorLimits(),
    now: @escaping @Sendable () -> Timestamp,
    openRing: (@escaping @Sendable (SealJob) -> Void) throws(RingError) -> sending Ring
  ) throws(RingError) {
    let ring = try openRing { [sealer] in sealer.take($0) }
    hasher = ring.requestHasher
    fold = ring.fold
    catalog = ring.catalog
    notices = ring.notices
    var requestLimits = RequestLimits()
    requestLimits.spanByteCountMax = min(requestLimits.spanByteCountMax, ring.spanByteCountMax)
    self.requestLimits = requestLimits
    storedSpanByteCountMax = ring.spanByteCountMax
    self.acknowledgement = acknowledgement
    self.limits = limits
    self.now = now
    budget = ByteBudget(limit: limits.memoryByteCountMax)
    state = Mutex(State(queue: CommitQueue(limits: limits)))
    self.ring = Mutex(ring)
    committer.start()
    sealer.begin { [weak self] in self?.finish($0) }
  }

  private func finish(_ sealed: SealedSegment) {
    committer.submit { [self] _ in
      ring.withLock { $0.finish(sealed) }
      sealer.didFinish()
    }
  }

  package var counters: CollectorCounters {
    var counters = state.withLock { $0.counters }
    counters.arrivingByteCount = UInt64(clamping: budget.arrivingByteCount)
    counters.waitingByteCount = UInt64(clamping: budget.waitingByteCount)
    counters.readPauses = budget.gate.closingCount
    return counters
  }

  /// Refuses what still comes in, commits what has gathered, and closes the ring. The receivers should have stopped.
  /// A second call does nothing.
  package func stop() async throws {
    let isFirst = state.withLock { state in
      defer { state.queue.isStopping = true }
      return !state.queue.isStopping
    }
    guard isFirst else { return }
    // The committer works in order, so this comes behind every commit that was due. A footer that is finished may be
    // followed by another.
    try await committer.runIfActive {}
    while !sealer.isIdle {
      try await sealer.waitForJobs()
      try await committer.runIfActive {}
    }
    try await sealer.stop()
    let failure = try await committer.runIfActive { [self] in
      ring.withLock { ring -> RingError? in
        do throws(RingError) {
          try ring.close()
          return nil
        } catch {
          return error
        }
      }
    }
    try await committer.shutdownGracefully()
    if let failure { throw failure }
  }
}

// MARK: - Commits

extension Collector {
  /// Hands a batch to the committer, or refuses it if the collector is stopping; and counts what has become of its
  /// payloads, under the one lock that a payload takes.
  func take(
    _ decoded: DecodedRequest, _ fingerprint: RequestFingerprint?, of arrival: Arrival, isAwaited: Bool,
    answer: @escaping @Sendable (Verdict?) -> Void
  ) -> Admission {
    let request = ReceivedRequest(decoded.batch, fingerprint: fingerprint)
    let byteCount = request.batch.byteCount
    budget.takeWaiting(byteCount)
    let admission = state.withLock { state -> Admission in
      guard !state.queue.isStopping else {
        state.counters.count(arrival, refused: Self.isShuttingDown)
        return .refused(Self.isShuttingDown)
      }
      state.counters.count(arrival, decoded)
      if request.batch.isEmpty { return .empty }
      if state.queue.append(
        CommitQueue.Pending(request: request, byteCount: byteCount, isAwaited: isAwaited, answer: answer))
      {
        // Under the lock, so that it comes before what `stop` asks of the committer.
        committer.submit { [self] _ in commitWhatGathers() }
      }
      return .taken
    }
    if admission != .taken { budget.giveWaiting(byteCount) }
    return admission
  }

  enum Admission: Equatable {
    /// Its answer will come.
    case taken
    /// There is nothing to store.
    case empty
    case refused(Verdict)
  }

  private static let isShuttingDown = Verdict.unavailable("the collector is shutting down")

  func count(_ change: (inout CollectorCounters) -> Void) {
    state.withLock { change(&$0.counters) }
  }

  /// Runs on the committer's thread until nothing waits any more.
  private func commitWhatGathers() {
    while let pending = nextCommit() {
      var outcome = Result<[Bool], RingError>.success([])
      let time = ContinuousClock().measure { outcome = commit(pending.map(\.request)) }
      state.withLock { $0.counters.count(outcome, of: pending, in: time) }
      budget.giveWaiting(pending.reduce(0) { $0 + $1.byteCount })
      var failure: Verdict?
      if case .failure(let error) = outcome { failure = .unavailable(error.description) }
      for payload in pending { payload.answer(failure) }
    }
  }

  private func nextCommit() -> [CommitQueue.Pending]? {
    let gathering = state.withLock { $0.queue.gathering }
    gathering?.wait(seconds: limits.gatheringSeconds)
    return state.withLock { $0.queue.take() }
  }

  /// - Returns: for each request whether it was stored before.
  private func commit(_ requests: [ReceivedRequest]) -> Result<[Bool], RingError> {
    ring.withLock { ring in
      do throws(RingError) {
        let isRepeated = try ring.append(requests, receivedAt: now())
        // For those, too, that were stored before: their first sender may still be waiting for this very sync.
        if acknowledgement == .durable { try ring.sync() }
        return .success(isRepeated)
      } catch {
        return .failure(error)
      }
    }
  }
}
