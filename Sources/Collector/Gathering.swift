import NIOConcurrencyHelpers

/// Lets the committer sleep until enough has gathered or its patience ends.
final class Gathering: Sendable {
  private let isEnough = ConditionLock(value: false)

  func signal() {
    isEnough.lock()
    isEnough.unlock(withValue: true)
  }

  func reset() {
    isEnough.lock()
    isEnough.unlock(withValue: false)
  }

  func wait(seconds: Double) {
    if isEnough.lock(whenValue: true, timeoutSeconds: seconds) { isEnough.unlock() }
  }
}
