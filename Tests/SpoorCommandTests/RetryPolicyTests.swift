import NIOCore
import Testing

@testable import SpoorCommand

@Suite struct RetryPolicyTests {
  private let peer = Authority(host: "h", port: 1)
  private let pauses = PausesRecorded()

  /// Fails with the errors in turn, then succeeds.
  private func run(_ errors: [SendingError], attemptsMax: Int = 5) async throws(SendingError) -> Int {
    var attempts = 0
    return try await pauses.policy(attemptsMax: attemptsMax).run { () throws(SendingError) in
      attempts += 1
      if attempts <= errors.count { throw errors[attempts - 1] }
      return attempts
    }
  }

  @Test func `a success needs no pause`() async throws {
    #expect(try await run([]) == 1)
    #expect(pauses.lengths.isEmpty)
  }

  @Test func `pauses double until it works`() async throws {
    let refused = SendingError.connectionRefused(peer)
    #expect(try await run([refused, .connectionClosed(peer, duringAnswer: false), refused]) == 4)
    #expect(pauses.lengths == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
  }

  @Test func `the server's own pause is kept`() async throws {
    let busy = SendingError.busy(peer, status: 503, message: "", retryAfter: .seconds(7))
    #expect(try await run([busy, busy]) == 3)
    #expect(pauses.lengths == [.seconds(7), .seconds(7)])
  }

  @Test func `a pause that nobody would wait for ends it`() async {
    let busy = SendingError.busy(peer, status: 503, message: "", retryAfter: .seconds(31))
    await #expect(throws: busy) { try await run([busy]) }
    #expect(pauses.lengths.isEmpty)
  }

  @Test func `attempts are bounded`() async {
    let refused = SendingError.connectionRefused(peer)
    await #expect(throws: refused) { try await run(Array(repeating: refused, count: 9), attemptsMax: 3) }
    #expect(pauses.lengths.count == 2)
  }

  @Test(arguments: [
    SendingError.refused(Authority(host: "h", port: 1), status: 400, message: ""),
    .timedOut(Authority(host: "h", port: 1), after: .seconds(1)),
    .frameRefused(Authority(host: "h", port: 1), message: ""),
  ])
  func `what another attempt would not mend is not tried again`(error: SendingError) async {
    await #expect(throws: error) { try await run([error]) }
    #expect(pauses.lengths.isEmpty)
  }

  @Test func `a wait that is cut short ends with the error that it was for`() async {
    let refused = SendingError.connectionRefused(peer)
    let policy = RetryPolicy { _ in throw CancellationError() }
    await #expect(throws: refused) {
      try await policy.run { () async throws(SendingError) -> Int in throw refused }
    }
  }
}
