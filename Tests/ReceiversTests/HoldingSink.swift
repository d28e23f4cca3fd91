import NIOCore
import Receivers
import Synchronization
import TraceModel

/// Charges payloads to the budget as the collector does, and keeps them until the test has them "stored".
final class HoldingSink: PayloadSink {
  private struct State {
    var taken: [Int] = []
    var count = 0
    var refusals: [Refusal] = []
    var held: [@Sendable () -> Void] = []
  }

  let budget: ByteBudget
  private let state = Mutex(State())

  init(budget: ByteBudget) {
    self.budget = budget
  }

  /// The byte counts of the first thousand payloads.
  var taken: [Int] { state.withLock { $0.taken } }
  var count: Int { state.withLock { $0.count } }
  var refusals: [Refusal] { state.withLock { $0.refusals } }

  func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    let byteCount = payload.readableBytes
    budget.takeWaiting(byteCount)
    state.withLock { [budget] state in
      if state.taken.count < 1000 { state.taken.append(byteCount) }
      state.count += 1
      state.held.append {
        budget.giveWaiting(byteCount)
        answer(PayloadAnswer(verdict: .accepted, body: []))
      }
    }
  }

  func refuse(_ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport) -> PayloadAnswer {
    state.withLock { $0.refusals.append(refusal) }
    return PayloadAnswer(verdict: .unavailable(refusal.description), body: [])
  }

  func kernelDropped(_ count: UInt64, from transport: Transport) {}

  /// Answers all that is held; false if there was nothing.
  @discardableResult
  func answerAll() -> Bool {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for answer in held { answer() }
    return !held.isEmpty
  }
}
