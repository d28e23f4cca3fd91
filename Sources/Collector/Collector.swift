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

  package let budget: ByteBudget
  private let acknowledgement: Acknowledgement
  private let limits: CollectorLimits
  private let now: @Sendable () -> Timestamp
  private let requestLimits: RequestLimits
  /// What the ring takes of one span with its resource and scope.
  private let storedSpanByteCountMax: Int
  private let decoders = ThreadSpecificVariable<ThreadDecoder>()
  private let queue: Mutex<CommitQueue>
  private let counted = Mutex(CollectorCounters())
  /// Only the committer thread takes it, so it is never waited for.
  private let ring: Mutex<Ring>
  private let committer = NIOThreadPool(numberOfThreads: 1)
  private let sealer = Sealer()
  private let hasher: RequestHasher
  private let fold: (any SegmentFold)?

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
    budget = ByteBudget(limit: limits.arrivingByteCountMax)
    queue = Mutex(CommitQueue(limits: limits))
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
    counted.withLock { $0 }
  }

  /// Refuses what still comes in, commits what has gathered, and closes the ring. The receivers should have stopped.
  /// A second call does nothing.
  package func stop() async throws {
    let isFirst = queue.withLock { queue in
      defer { queue.isStopping = true }
      return !queue.isStopping
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

// MARK: - Payloads

extension Collector: PayloadSink {
  package func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    counted.withLock {
      $0.payloadsReceived[transport, default: 0] += 1
      $0.bytesReceived += UInt64(payload.readableBytes)
    }
    if let refusal = queue.withLock({ $0.refusal }) {
      count(refusal: refusal)
      answer(PayloadAnswer(refusal, as: encoding, on: transport))
      return
    }
    var decoded: DecodedRequest
    do throws(DecodeError) {
      decoded = try decode(payload, as: encoding)
      decoded.rejectSpans(over: storedSpanByteCountMax)
      annotate(&decoded.batch)
    } catch {
      count(refusal: .malformed(error.description))
      answer(PayloadAnswer(.malformed(error.description), as: encoding, on: transport))
      return
    }
    count(decoded)
    let verdict = Verdict(decoded)
    guard !decoded.batch.isEmpty else {
      answer(PayloadAnswer(verdict, as: encoding, on: transport))
      return
    }
    let request = ReceivedRequest(decoded.batch, fingerprint: hasher.fingerprint(of: payload.readableBytesSpan))
    if let refusal = enqueue(request, answer: { answer(PayloadAnswer($0 ?? verdict, as: encoding, on: transport)) }) {
      count(notStored: UInt64(decoded.batch.count))
      answer(PayloadAnswer(refusal, as: encoding, on: transport))
    } else if acknowledgement == .received {
      answer(PayloadAnswer(verdict, as: encoding, on: transport))
    }
  }

  /// On this thread, because there are more of it than committers.
  private func annotate(_ batch: inout SpanBatch) {
    // What cannot be annotated is stored as it is.
    do { try fold?.annotate(&batch) } catch { return }
  }

  /// - Returns: why the request is not taken, if it is not.
  private func enqueue(_ request: ReceivedRequest, answer: @escaping @Sendable (Verdict?) -> Void) -> Verdict? {
    queue.withLock { queue in
      if let refusal = queue.refusal { return refusal }
      if queue.append(CommitQueue.Pending(request: request, answer: answer)) {
        // Under the lock, so that it comes before what `stop` asks of the committer.
        committer.submit { [self] _ in commitWhatGathers() }
      }
      return nil
    }
  }

  package func refuse(
    _ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport
  ) -> PayloadAnswer {
    counted.withLock {
      $0.payloadsReceived[transport, default: 0] += 1
      $0.payloadsRefused[refusal.reason, default: 0] += 1
    }
    let verdict = refusal.isRetryable ? Verdict.unavailable(refusal.description) : .malformed(refusal.description)
    return PayloadAnswer(verdict, as: encoding, on: transport)
  }

  package func kernelDropped(_ count: UInt64, from transport: Transport) {
    counted.withLock { $0.kernelDrops += count }
  }

  private func decode(
    _ payload: ByteBuffer, as encoding: PayloadEncoding
  ) throws(DecodeError) -> DecodedRequest {
    if encoding == .json { return try OTLPJSON.decode(Array(payload.readableBytesView), limits: requestLimits) }
    let threadDecoder = decoders.currentValue ?? ThreadDecoder(requestLimits)
    decoders.currentValue = threadDecoder
    return try threadDecoder.decode(payload)
  }

  private func count(refusal: Verdict) {
    counted.withLock { $0.payloadsRefused[refusal.reason, default: 0] += 1 }
  }

  private func count(notStored spans: UInt64) {
    counted.withLock {
      $0.spansInFlight -= spans
      $0.spansLost["not_stored", default: 0] += spans
    }
  }

  private func count(_ decoded: DecodedRequest) {
    counted.withLock {
      $0.payloadsDecoded += 1
      $0.spansReceived += UInt64(decoded.receivedSpans)
      $0.spansInFlight += UInt64(decoded.batch.count)
      $0.stringsRepaired += UInt64(decoded.repairedStrings)
      for (reason, count) in decoded.rejected { $0.spansLost[reason.rawValue, default: 0] += UInt64(count) }
    }
  }
}

// MARK: - Commits

extension Collector {
  /// Runs on the committer's thread until nothing waits any more.
  private func commitWhatGathers() {
    while let pending = nextCommit() {
      let outcome = commit(pending.map(\.request))
      let failure = count(outcome, of: pending)
      queue.withLock { $0.release(pending) }
      guard acknowledgement != .received else { continue }
      for payload in pending { payload.answer(failure.map { .unavailable($0.description) }) }
    }
  }

  private func nextCommit() -> [CommitQueue.Pending]? {
    let gathering = queue.withLock { $0.gathering }
    gathering?.wait(seconds: limits.gatheringSeconds)
    return queue.withLock { $0.take() }
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

  /// - Returns: what went wrong, if something did.
  private func count(_ outcome: Result<[Bool], RingError>, of pending: [CommitQueue.Pending]) -> RingError? {
    let spans = pending.reduce(0) { $0 + UInt64($1.request.batch.count) }
    counted.withLock { $0.commits += 1 }
    switch outcome {
    case .success(let isRepeated):
      let duplicates = zip(pending, isRepeated).reduce(0) { $0 + ($1.1 ? UInt64($1.0.request.batch.count) : 0) }
      counted.withLock {
        $0.spansInFlight -= spans
        $0.spansStored += spans - duplicates
        $0.spansDuplicate += duplicates
      }
      return nil
    case .failure(let error):
      count(notStored: spans)
      return error
    }
  }
}
