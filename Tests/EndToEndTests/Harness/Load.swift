import Synchronization

/// Numbered requests, sent by several senders at once that each wait for an answer before they send the next.
struct Load: Sendable {
  /// Answered 200, in the order of the answers.
  private(set) var acknowledged: [Int] = []
  /// Answered otherwise, which says that they may be sent again.
  private(set) var refused: [Int] = []
  /// How many were sent, answered or not.
  private(set) var sentCount = 0

  /// Sends until `count` requests have been sent or the collector is gone.
  /// - Parameters:
  ///   - first: the number of the first request; the others follow.
  ///   - onAnswer: called after every answer, on any sender's behalf.
  static func send(
    to door: Door, from first: Int, count: Int, service: String, textByteCount: Int? = nil, senders: Int = 4,
    onAnswer: @escaping @Sendable (Load) -> Void = { _ in }
  ) async throws -> Load {
    let progress = Progress()
    try await withThrowingTaskGroup { group in
      for _ in 0..<senders {
        group.addTask {
          // Whatever breaks the connection, the collector's end is what these tests are about.
          try? await door.connect { conversation in
            while let number = progress.load.withLock({ $0.next(first, count) }) {
              let request = NumberedRequest(number, service: service, textByteCount: textByteCount)
              let status = try await conversation.post(request.body, to: door).status
              onAnswer(
                progress.load.withLock {
                  $0.answered(number, status)
                  return $0
                })
            }
          }
        }
      }
      try await group.waitForAll()
    }
    return progress.load.withLock { $0 }
  }

  /// What the senders share.
  private final class Progress: Sendable {
    let load = Mutex(Load())
  }

  private mutating func next(_ first: Int, _ count: Int) -> Int? {
    guard sentCount < count else { return nil }
    sentCount += 1
    return first + sentCount - 1
  }

  private mutating func answered(_ number: Int, _ status: Int) {
    if status == 200 { acknowledged.append(number) } else { refused.append(number) }
  }
}
