import TraceModel

/// Which request is sent next, and when. A value that the connections share under a mutex.
struct LoadSchedule {
  struct Turn {
    var request: Int
    /// Sets the IDs of one wave apart from those of the others.
    var wave: UInt64
    /// When the spans' wave begins.
    var begin: Timestamp
    /// How long after the beginning of the load it is to be sent; nil for at once.
    var due: Duration?
  }

  private let wave: LoadWave
  private let rate: Double?
  private let spansMax: Int?
  private var random: SeededRandom
  private var turn = Turn(request: 0, wave: 0, begin: Timestamp(unixNanoseconds: 0))
  private var next = 0
  private(set) var spanCount = 0

  /// - Parameters:
  ///   - rate: spans a second; nil for as many as go.
  ///   - spansMax: after how many spans to end; nil for never.
  init(_ wave: LoadWave, seed: UInt64, rate: Double?, spansMax: Int?) {
    self.wave = wave
    self.rate = rate
    self.spansMax = spansMax
    random = SeededRandom(seed: seed)
  }

  /// Whether the next request is to be sent by now, which is always so without a rate.
  func isDue(by elapsed: Duration) -> Bool {
    rate.map { Double(spanCount) / $0 * 1e9 <= Double(elapsed.nanoseconds) } ?? true
  }

  /// Nil when enough spans have been sent.
  mutating func next(at now: Timestamp) -> Turn? {
    if let spansMax, spanCount >= spansMax { return nil }
    if next == 0 {
      turn.wave = random.next()
      // With a rate a request is sent when its spans have just ended, else all of the wave have.
      turn.begin = now - LoadLimits.age - (rate == nil ? wave.length : .zero)
    }
    turn.request = next
    turn.due = rate.map { Duration(nanoseconds: UInt64(Double(spanCount) / $0 * 1e9)) }
    spanCount += wave.requests[next].spanCount
    next = (next + 1) % wave.requests.count
    return turn
  }
}
