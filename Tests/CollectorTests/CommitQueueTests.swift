import RingStore
import Testing
import TraceModel

@testable import Collector

@Suite struct CommitQueueTests {
  private let limits = CollectorLimits()

  private func pending(_ byteCount: Int) -> CommitQueue.Pending {
    CommitQueue.Pending(
      request: ReceivedRequest(SpanBatch(), fingerprint: nil), byteCount: byteCount, isAwaited: true, answer: { _ in })
  }

  private func queue(_ byteCounts: [Int]) -> CommitQueue {
    var queue = CommitQueue(limits: limits)
    for (place, byteCount) in byteCounts.enumerated() {
      let isCommitterCalled = queue.append(pending(byteCount))
      #expect(isCommitterCalled == (place == 0), "only the first finds a committer that is not due")
    }
    return queue
  }

  private func expectCommit(of byteCounts: [Int]?, _ queue: inout CommitQueue) {
    let taken = queue.take()?.map(\.byteCount)
    #expect(taken == byteCounts)
  }

  @Test func `a commit takes all that are small and one that is large`() {
    let large = limits.largeByteCount
    var queue = queue([large, 1, large + 1, large - 1, large + 2])
    expectCommit(of: [1, large - 1, large], &queue)
    _ = queue.append(pending(7))
    expectCommit(of: [7, large + 1], &queue)
    expectCommit(of: [large + 2], &queue)
    expectCommit(of: nil, &queue)
    let isCommitterCalled = queue.append(pending(8))
    #expect(isCommitterCalled, "the committer went away")
  }

  @Test func `large ones that are left over are enough to be committed at once`() {
    let large = limits.largeByteCount
    var queue = queue([large, large])
    #expect(queue.gathering == nil)
    _ = queue.take()
    #expect(queue.gathering == nil)
    _ = queue.take()
    _ = queue.append(pending(1))
    #expect(queue.gathering != nil, "a little may wait for more")
  }

  @Test func `everything leaves it while the collector stops`() {
    let large = limits.largeByteCount
    var queue = queue([1, large, large, 2, large])
    queue.isStopping = true
    #expect(queue.gathering == nil)
    var taken: [Int] = []
    while let commit = queue.take() { taken += commit.map(\.byteCount) }
    #expect(taken == [1, 2, large, large, large])
  }
}
