import Hummingbird
import NIOPosix
import Synchronization
import TraceQuery

/// Lets a bounded number of questions read the disk on threads of their own. All doors share one.
///
/// What cannot be answered is an `APIError`, which each door's middleware puts into the shape of its API.
final class Questions: Sendable {
  private let queries: TraceQueries
  private let workers = NIOThreadPool(numberOfThreads: APILimits.workersMax)
  private let underWay = Atomic(0)

  init(_ queries: TraceQueries) {
    self.queries = queries
    workers.start()
  }

  func ask<Value: Sendable>(_ question: @escaping @Sendable (TraceQueries) throws -> Value) async throws -> Value {
    defer { underWay.subtract(1, ordering: .relaxed) }
    guard underWay.add(1, ordering: .relaxed).newValue <= APILimits.questionsMax else {
      throw APIError(.serviceUnavailable, "too many questions at once; try again in a second")
    }
    let deadline = ContinuousClock.now + .seconds(APILimits.questionSeconds)
    let isCancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      let queries = queries.abandoned { isCancelled.load(ordering: .relaxed) || ContinuousClock.now > deadline }
      do {
        return try await workers.runIfActive {
          // It may have waited all of its time.
          if queries.isGivenUp { throw QueryError.abandoned }
          return try question(queries)
        }
      } catch let error as QueryError {
        if case .tooManySpans = error { throw APIError(.badRequest, "from, to: \(error)") }
        throw APIError(.serviceUnavailable, error.description)
      }
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }
}
