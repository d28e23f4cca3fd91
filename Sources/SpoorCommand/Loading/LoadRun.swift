import NIOConcurrencyHelpers
import TraceModel

/// Sends the traffic over several connections at once, and keeps count.
struct LoadRun: Sendable {
  private let wave: LoadWave
  private let schedule: NIOLockedValueBox<LoadSchedule>
  private let total: NIOLockedValueBox<LoadSummary>
  private let senders: [any SpanSender]
  private let clock: LoadClock

  /// - Parameter senders: one a connection; each has one request on its way at a time, or as many as it likes to send
  ///   together.
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
  /// - Parameter isOver: asked before each request or those sent together, with the time since the beginning.
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
      guard let turn = nextTurn() else { return nil }
      do { try await wait(until: turn.due, over: sender, since: begin) } catch { return nil }
      let requests = ([turn] + turnsDue(sender.requestsTogether - 1, since: begin)).map {
        Sent(wave.requests[$0.request], $0)
      }
      let sent = elapsed(since: begin)
      do throws(SendingError) {
        let results = try await sender.send(together: requests.map(\.bytes))
        count(zip(requests, results), sent: sent, answered: elapsed(since: begin))
      } catch {
        if case .connectionRefused = error, summary.requests == 0 { return error }
        count(requests, error, at: elapsed(since: begin))
      }
    }
  }

  /// A request as it goes out.
  private struct Sent {
    var spanCount: Int
    var bytes: [UInt8]

    init(_ request: LoadRequest, _ turn: LoadSchedule.Turn) {
      spanCount = request.spanCount
      bytes = request.bytes(wave: turn.wave, beginning: turn.begin)
    }
  }

  private func nextTurn() -> LoadSchedule.Turn? {
    schedule.withLockedValue { $0.next(at: clock.now()) }
  }

  private func wait(until due: Duration?, over sender: any SpanSender, since begin: Duration) async throws {
    let now = elapsed(since: begin)
    guard let due, due > now else { return }
    let length = Duration(nanoseconds: due.nanoseconds - now.nanoseconds)
    try await clock.sleep(sender.requestsTogether > 1 ? max(length, LoadLimits.sleepMin) : length)
  }

  /// What else is to be sent by now.
  private func turnsDue(_ countMax: Int, since begin: Duration) -> [LoadSchedule.Turn] {
    guard countMax > 0 else { return [] }
    let (now, elapsed) = (clock.now(), elapsed(since: begin))
    return schedule.withLockedValue { schedule in
      var turns: [LoadSchedule.Turn] = []
      while turns.count < countMax, schedule.isDue(by: elapsed), let turn = schedule.next(at: now) {
        turns.append(turn)
      }
      return turns
    }
  }

  private func elapsed(since begin: Duration) -> Duration {
    Duration(nanoseconds: clock.elapsed().nanoseconds - begin.nanoseconds)
  }

  private func count(
    _ answers: some Sequence<(Sent, SendingResult)>, sent: Duration, answered: Duration
  ) {
    total.withLockedValue { total in
      for (request, result) in answers {
        total.add(request.spanCount, request.bytes.count, at: answered)
        var isAnswered = true
        switch result {
        case .accepted: total.accepted += request.spanCount
        case .partlyRejected(let spans, let reason):
          let rejected = min(max(0, spans), request.spanCount)
          total.accepted += request.spanCount - rejected
          total.rejected += rejected
          total.problems[reason.asOneLine, default: 0] += rejected
        case .unacknowledged:
          total.unacknowledged += request.spanCount
          isAnswered = false
        }
        if isAnswered { total.latency.record(Duration(nanoseconds: answered.nanoseconds - sent.nanoseconds)) }
      }
    }
  }

  private func count(_ requests: [Sent], _ error: SendingError, at moment: Duration) {
    total.withLockedValue { total in
      for request in requests {
        total.add(request.spanCount, request.bytes.count, at: moment)
        total.failed += request.spanCount
        total.problems["\(error)".asOneLine, default: 0] += request.spanCount
      }
    }
  }
}

extension LoadSummary {
  fileprivate mutating func add(_ spanCount: Int, _ byteCount: Int, at moment: Duration) {
    duration = max(duration, moment)
    requests += 1
    bytes += UInt64(byteCount)
    spans += spanCount
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
