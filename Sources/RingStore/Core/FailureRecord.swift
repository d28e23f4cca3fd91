import TraceModel

/// When the ring stops writing to a disk that fails, and when it tries again.
struct FailureRecord {
  private var strikes: [Timestamp] = []
  private var pause: (from: Timestamp, because: FileError)?

  /// A slot has failed.
  /// - Returns: what to say if that was one too many.
  mutating func record(_ error: FileError, at now: Timestamp) -> RingError? {
    let window = Duration(nanoseconds: Limits.strikeSeconds * 1_000_000_000)
    strikes.removeAll { now.since($0) >= window }
    strikes = strikes.suffix(Limits.strikeCountMax - 1) + [now]
    guard strikes.count >= Limits.strikeCountMax || pause != nil else { return nil }
    pause = (now, error)
    return .readOnly(error)
  }

  /// What to say instead of trying. A clock that was set back does not make the pause longer.
  func refusal(at now: Timestamp) -> RingError? {
    guard let pause else { return nil }
    let isOver = now < pause.from || now.since(pause.from) >= Duration(nanoseconds: Limits.pauseSeconds * 1_000_000_000)
    return isOver ? nil : .readOnly(pause.because)
  }

  /// A sync has succeeded: the disk works again.
  mutating func end() { pause = nil }
}
