import Glibc
import NIOCore
import Testing

@testable import Receivers

@Suite struct PayloadLaneTests {
  private var limits: ReceiverLimits {
    var limits = ReceiverLimits()
    limits.inlineByteCountMax = 10_000
    return limits
  }

  private func zeros(_ count: Int, _ coding: ContentCoding) -> ByteBuffer {
    Deflater.ofThisThread.deflate([UInt8](repeating: 0, count: count), to: coding).bytes
  }

  private enum Outcome: Equatable {
    case bytes(Int, onCaller: Bool)
    case refused(Refusal)
  }

  /// What becomes of a payload that was charged with so many bytes, and whether on the thread that brought it.
  private func outcome(
    of payload: ByteBuffer, charge: Int = 0, in coding: ContentCoding, budget: ByteBudget
  ) async -> Outcome {
    await withCheckedContinuation { continuation in
      let caller = pthread_self()
      PayloadLane.run(ArrivedPayload(bytes: payload, charge: charge), in: coding, limits: limits, budget: budget) {
        switch $0 {
        case .success(let bytes):
          continuation.resume(
            returning: .bytes(bytes.readableBytes, onCaller: pthread_equal(caller, pthread_self()) != 0))
        case .failure(let refusal): continuation.resume(returning: .refused(refusal))
        }
      }
    }
  }

  @Test(arguments: ContentCoding.allCases)
  func `a payload is inline that is short as it arrived and inflated`(coding: ContentCoding) async {
    let budget = ByteBudget(limit: 1 << 20)
    #expect(await outcome(of: zeros(10_000, coding), in: coding, budget: budget) == .bytes(10_000, onCaller: true))
    #expect(await outcome(of: zeros(10_001, coding), in: coding, budget: budget) == .bytes(10_001, onCaller: false))
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `what could not fit alone is too large, and what others leave no room for may come again`(coding: ContentCoding)
    async
  {
    let budget = ByteBudget(limit: 200_000)
    let packed = zeros(90_000, coding)
    #expect(budget.take(10_000))
    #expect(await outcome(of: packed, charge: 10_000, in: coding, budget: budget) == .bytes(90_000, onCaller: false))
    #expect(budget.take(10_001))
    #expect(
      await outcome(of: packed, charge: 10_001, in: coding, budget: budget) == .refused(.bodyTooLarge(limit: 89_999)))
    #expect(budget.take(50_000))
    #expect(await outcome(of: packed, in: coding, budget: budget) == .refused(.receiveMemoryFull(limit: 100_000)))
  }
}
