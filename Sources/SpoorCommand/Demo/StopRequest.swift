import NIOConcurrencyHelpers
import UnixSignals

/// Whether somebody has asked the program to end, by SIGINT (Ctrl-C) or SIGTERM.
struct StopRequest: Sendable {
  private let isMade = NIOLockedValueBox(false)

  func make() { isMade.withLockedValue { $0 = true } }

  var isPending: Bool { isMade.withLockedValue { $0 } }

  /// Runs `body`. The first signal makes the request; the second one cancels the task of `body`, which may be waiting
  /// for a collector that is gone.
  func watchingSignals(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await body()
        return true
      }
      group.addTask {
        for await _ in signals {
          if isPending { return false }
          make()
        }
        return false
      }
      // Whichever ends first: the body by itself, or the watch at the second signal.
      do {
        _ = try await group.next()
        group.cancelAll()
        while try await group.next() != nil {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }
}
