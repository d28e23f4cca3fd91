import Synchronization
import Testing

@testable import SpoorCommand

@Suite struct RoundsTests {
  private final class Tally: Sendable {
    let sleeps = Atomic(0)
    let rounds = Atomic(0)
  }

  @Test func `a round comes when the interval is over or somebody wishes it, and at no other time`() async {
    let rounds = Rounds(every: .seconds(3600))
    let (done, tell) = AsyncStream<Void>.makeStream()
    let tally = Tally()
    let running = Task {
      // Of the intervals only the first comes to its end.
      await rounds.run { (interval) async throws in
        if tally.sleeps.add(1, ordering: .relaxed).newValue > 1 { try await Task.sleep(for: interval) }
      } _: {
        tally.rounds.add(1, ordering: .relaxed)
        tell.yield()
      }
    }
    var dones = done.makeAsyncIterator()
    await dones.next()
    for _ in 0..<3 {
      rounds.hurry()
      await dones.next()
    }
    running.cancel()
    await running.value
    #expect(tally.rounds.load(ordering: .relaxed) == 4)
  }
}
