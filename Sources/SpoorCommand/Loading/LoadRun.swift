import NIOConcurrencyHelpers
import TraceModel

/// Sends the traffic over several connections at once, and keeps count.
struct LoadRun: Sendable {
  private let wave: LoadWave
  private let schedule: NIOLockedValueBox<LoadSchedule>
  private let total: NIOLockedValueBox<LoadSummary>
  private let senders: [any SpanSender]
  private let clock: LoadClock

  /// - Parameter senders: one a connection; each has one request on its way at a time.
  init(
    _ wave: LoadWave, _ schedule: LoadSchedule, over senders: [any SpanSender], summary: LoadSummary, clock: LoadClock
  ) {
    self.wave = wave
    self.schedule = NIOLockedValueBox(schedule)
    total = NIOLockedValueBox(summary)
    self.senders = senders
    self.clock = clock
  }

  /// Returns when the schedule is at its end, or `isOver`, and every request is answered.
  /// - Parameter isOver: asked before each request, with the time since the beginning.
  /// - Throws: when nobody listens and nothing was ever answered; all else is counted.
  func run(until isOver: @escaping @Sendable (Duration) -> Bool) async throws(SendingError) -> LoadSummary {
    let begin = clock.elapsed()
    let failures = await withTaskGroup(of: SendingError?.self) { group in
      for sender in senders {
        group.addTask { await send(over: sender, since: begin, until: isOver) }
      }
      return await group.reduce(into: [SendingError]()) { failures, failure in
        if let failure { failures.append(failure) }
      }
    }
    if let failure = failures.first { throw failure }
    return summary
  }

  /// What has been counted so far.
  var summary: LoadSummary { total.withLockedValue { $0 } }

  private func send(
    over sender: any SpanSender, since begin: Duration, until isOver: @Sendable (Duration) -> Bool
  ) async -> SendingError? {
    while true {
      if isOver(elapsed(since: begin)) { return nil }
      guard let turn = schedule.withLockedValue({ $0.next(at: clock.now()) }) else { return nil }
      if let due = turn.due, due > elapsed(since: begin) {
        do { try await clock.sleep(Duration(nanoseconds: due.nanoseconds - elapsed(since: begin).nanoseconds)) } catch {
          return nil
        }
      }
      let request = wave.requests[turn.request]
      let bytes = request.bytes(wave: turn.wave, beginning: turn.begin)
      let sent = elapsed(since: begin)
      do throws(SendingError) {
        let result = try await sender.send(bytes)
        count(request, bytes.count, result, sent: sent, answered: elapsed(since: begin))
      } catch {
        if case .connectionRefused = error, summary.requests == 0 { return error }
        count(request, bytes.count, error, at: elapsed(since: begin))
      }
    }
  }

  private func elapsed(since begin: Duration) -> Duration {
    Duration(nanoseconds: clock.elapsed().nanoseconds - begin.nanoseconds)
  }

  private func count(
    _ request: LoadRequest, _ byteCount: Int, _ result: SendingResult, sent: Duration, answered: Duration
  ) {
    total.withLockedValue { total in
      total.add(request, byteCount, at: answered)
      total.latency.record(Duration(nanoseconds: answered.nanoseconds - sent.nanoseconds))
      switch result {
      case .accepted: total.accepted += request.spanCount
      case .partlyRejected(let spans, let reason):
        let rejected = min(max(0, spans), request.spanCount)
        total.accepted += request.spanCount - rejected
        total.rejected += rejected
        total.problems[reason.asOneLine, default: 0] += rejected
      case .unacknowledged: total.unacknowledged += request.spanCount
      }
    }
  }

  private func count(_ request: LoadRequest, _ byteCount: Int, _ error: SendingError, at moment: Duration) {
    total.withLockedValue { total in
      total.add(request, byteCount, at: moment)
      total.failed += request.spanCount
      total.problems["\(error)".asOneLine, default: 0] += request.spanCount
    }
  }
}

extension LoadSummary {
  fileprivate mutating func add(_ request: LoadRequest, _ byteCount: Int, at moment: Duration) {
    duration = max(duration, moment)
    requests += 1
    bytes += UInt64(byteCount)
    spans += request.spanCount
  }
}

/// The time, and how to wait.
struct LoadClock: Sendable {
  /// The wall clock's.
  var now: @Sendable () -> Timestamp
  /// Of a clock that nobody sets.
  var elapsed: @Sendable () -> Duration
  var sleep: @Sendable (Duration) async throws -> Void
}
