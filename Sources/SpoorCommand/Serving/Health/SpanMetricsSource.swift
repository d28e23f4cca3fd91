import NIOPosix
import RingStore
import Synchronization
import TraceQuery

/// Has what came in counted when somebody asks, on a thread of its own: nobody else waits for it, and where it takes long,
/// whoever asks gets what was counted before.
final class SpanMetricsSource: Sendable {
  private let lifetime: LifetimeMetrics
  private let catalog: RingCatalog
  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let state = Mutex(State())

  private struct State {
    var figures = LifetimeFigures()
    /// Not before then again.
    var next = ContinuousClock.now
    var isUnderWay = false
  }

  /// How long an answer waits for the count.
  private static let waitMax = Swift.Duration.seconds(2)
  /// What counting may take of the time: so many times as long as it took, it rests.
  private static let rest = 20
  private static let restMin = Swift.Duration.milliseconds(200)

  init(_ lifetime: LifetimeMetrics, _ catalog: RingCatalog) {
    self.lifetime = lifetime
    self.catalog = catalog
    thread.start()
  }

  /// What has been counted, as of now or of a few seconds ago.
  func figures() async -> LifetimeFigures {
    let isMine = state.withLock { state in
      guard !state.isUnderWay, ContinuousClock.now >= state.next else { return false }
      state.isUnderWay = true
      return true
    }
    if isMine {
      let (end, signal) = AsyncStream<Void>.makeStream()
      thread.submit { [self] _ in
        count()
        signal.finish()
      }
      let patience = Task {
        do { try await Task.sleep(for: Self.waitMax) } catch {}
        signal.finish()
      }
      for await _ in end {}
      patience.cancel()
    }
    return state.withLock { $0.figures }
  }

  private func count() {
    let start = ContinuousClock.now
    let figures = lifetime.refresh(catalog.snapshot)
    let end = ContinuousClock.now
    state.withLock { state in
      state.figures = figures
      state.next = end + max(Self.restMin, (end - start) * Self.rest)
      state.isUnderWay = false
    }
  }

  func stop() async throws { try await thread.shutdownGracefully() }
}
