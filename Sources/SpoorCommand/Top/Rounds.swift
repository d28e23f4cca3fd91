/// Something that is done again and again: whenever an interval has passed since it was done, and at once when somebody
/// wishes it. Wishes that come while it is done are one.
struct Rounds: Sendable {
  private let interval: Duration
  private let wishes: AsyncStream<Void>
  private let wish: AsyncStream<Void>.Continuation

  init(every interval: Duration) {
    self.interval = interval
    (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Asks for a round at once.
  func hurry() { wish.yield() }

  /// Until the task is cancelled; may be called once. The first round comes when an interval is over.
  func run(
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    _ round: () async -> Void
  ) async {
    // The wishes are read in one place for good: a stream is over once a task that waits for it has been cancelled.
    var timer = timer(sleep)
    defer { timer.cancel() }
    for await _ in wishes {
      timer.cancel()
      await round()
      timer = self.timer(sleep)
    }
  }

  private func timer(_ sleep: @escaping @Sendable (Duration) async throws -> Void) -> Task<Void, any Error> {
    Task {
      try await sleep(interval)
      wish.yield()
    }
  }
}
