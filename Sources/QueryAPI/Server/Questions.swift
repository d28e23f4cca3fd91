import Glibc
import Hummingbird
import NIOPosix
import Synchronization
import TraceQuery

/// Lets a bounded number of questions read the disk on threads of their own. All doors share one.
///
/// Whoever has a trace's ID does not wait behind those who search through millions of spans: lookups have a thread for
/// themselves. And spans that come in do not wait behind questions: the threads of these get of a busy processor what
/// is left over.
///
/// What cannot be answered is an `APIError`, which each door's middleware puts into the shape of its API.
final class Questions: Sendable {
  /// In which line a question stands.
  enum Lane {
    /// What an index answers in milliseconds: a trace by its whole ID, the names of services, what the ring holds.
    case lookups
    /// What may go through many spans.
    case searches
  }

  private let queries: TraceQueries
  private let searches = Workers(count: APILimits.workersMax)
  private let lookups = Workers(count: APILimits.lookupWorkersMax)

  init(_ queries: TraceQueries) {
    self.queries = queries
  }

  func ask<Value: Sendable>(
    in lane: Lane = .searches, _ question: @escaping @Sendable (TraceQueries) throws -> Value
  ) async throws -> Value {
    let workers = lane == .lookups ? lookups : searches
    let deadline = ContinuousClock.now + .seconds(APILimits.questionSeconds)
    let isCancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      let queries = queries.abandoned { isCancelled.load(ordering: .relaxed) || ContinuousClock.now > deadline }
      do {
        return try await workers.run {
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

/// The threads of a lane, and how many questions are in it.
private final class Workers: Sendable {
  private let threads: NIOThreadPool
  private let underWay = Atomic(0)

  init(count: Int) {
    threads = NIOThreadPool(numberOfThreads: count)
    threads.start()
  }

  func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    defer { underWay.subtract(1, ordering: .relaxed) }
    guard underWay.add(1, ordering: .relaxed).newValue <= APILimits.questionsMax else {
      throw APIError(.serviceUnavailable, "too many questions at once; try again in a second")
    }
    return try await threads.runIfActive {
      // Of this thread alone, and again each time because it costs less than to remember. Nobody has to grant it: it only
      // lowers; where it is not let, all threads are alike.
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, APILimits.workerNiceness)
      return try work()
    }
  }
}
