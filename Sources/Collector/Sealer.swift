import NIOPosix
import RingStore
import Synchronization

/// Makes the footers of full slots on a thread of its own, one after the other, while the committer goes on.
final class Sealer: Sendable {
  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let finish = Mutex<(@Sendable (SealedSegment) -> Void)?>(nil)
  /// Jobs that have been taken and whose results are not handed back.
  private let jobCount = Atomic(0)

  init() {
    thread.start()
  }

  /// From now on results go to `finish`, on the sealer's thread. It calls `didFinish` when it is done with one.
  func begin(_ finish: @escaping @Sendable (SealedSegment) -> Void) {
    self.finish.withLock { $0 = finish }
  }

  func take(_ job: SealJob) {
    jobCount.add(1, ordering: .relaxed)
    thread.submit { [self] _ in
      let sealed = job.run()
      finish.withLock { $0 }?(sealed)
    }
  }

  func didFinish() { jobCount.subtract(1, ordering: .relaxed) }

  var isIdle: Bool { jobCount.load(ordering: .relaxed) == 0 }

  /// Returns once every job taken so far has run and its result is on its way.
  func waitForJobs() async throws { try await thread.runIfActive {} }

  func stop() async throws { try await thread.shutdownGracefully() }
}
