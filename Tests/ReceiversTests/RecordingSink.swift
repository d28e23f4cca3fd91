import NIOCore
import Receivers
import Synchronization
import TraceModel

/// Keeps what receivers hand over, and answers at once, or when the test says so.
final class RecordingSink: PayloadSink {
  typealias Answer = @Sendable (PayloadAnswer) -> Void

  private struct State {
    var payloads: [[UInt8]] = []
    /// Of payloads and refusals, in the order in which they came.
    var encodings: [PayloadEncoding] = []
    var refusals: [Refusal] = []
    var kernelDrops: UInt64 = 0
    var held: [Answer] = []
  }

  let budget: ByteBudget
  /// The verdict of every payload; nil holds the answers back.
  private let verdict: Verdict?
  private let state = Mutex(State())
  private let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation

  init(answering verdict: Verdict? = .accepted, budget: ByteBudget = ByteBudget(limit: 256 << 20)) {
    self.budget = budget
    self.verdict = verdict
    (arrivals, arrived) = AsyncStream.makeStream()
  }

  var payloads: [[UInt8]] { state.withLock { $0.payloads } }
  var encodings: [PayloadEncoding] { state.withLock { $0.encodings } }
  var refusals: [Refusal] { state.withLock { $0.refusals } }
  var kernelDrops: UInt64 { state.withLock { $0.kernelDrops } }
  /// The answers held back, in the order of their payloads.
  var held: [Answer] { state.withLock { $0.held } }

  func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport, answer: @escaping Answer
  ) {
    let bytes = Array(payload.readableBytesView)
    state.withLock { state in
      state.payloads.append(bytes)
      state.encodings.append(encoding)
      if verdict == nil { state.held.append(answer) }
    }
    if let verdict { answer(PayloadAnswer(verdict: verdict, body: Self.body(for: bytes))) }
    arrived.yield()
  }

  func refuse(_ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport) -> PayloadAnswer {
    state.withLock { state in
      state.refusals.append(refusal)
      state.encodings.append(encoding)
    }
    arrived.yield()
    return PayloadAnswer(verdict: .malformed(refusal.description), body: Array(refusal.reason.utf8))
  }

  func kernelDropped(_ count: UInt64, from transport: Transport) {
    state.withLock { $0.kernelDrops += count }
  }

  /// Counts what is under way as the collector does, when the answers are held back.
  func receive(_ datagrams: Datagrams, from transport: Transport, settled: @escaping @Sendable () -> Void) {
    let payloads = datagrams.ranges.map { Array(datagrams.bytes[$0]) }
    state.withLock { state in
      state.payloads += payloads
      if verdict == nil { state.held.append { _ in settled() } }
    }
    if verdict != nil { settled() }
    for _ in payloads { arrived.yield() }
  }

  /// Returns when so many payloads and refusals have come.
  func waitForArrivals(_ count: Int) async {
    if isReached(count) { return }
    for await _ in arrivals where isReached(count) { return }
  }

  /// What answers a payload: its length and its first byte, so that answers can be told apart.
  static func body(for payload: [UInt8]) -> [UInt8] {
    Array("\(payload.count):\(payload.first ?? 0)".utf8)
  }

  private func isReached(_ count: Int) -> Bool {
    state.withLock { $0.payloads.count + $0.refusals.count >= count }
  }
}
