import NIOCore
import NIOPosix

/// Where a payload is inflated and handed to the sink. A large one would keep all connections of its event loop waiting,
/// the longer the more malicious its sender is: inflating may cost 50 ns a byte, so 64 MiB more than three seconds; and
/// some bytes may inflate to all of those.
enum PayloadLane {
  /// Does `work` at once with a payload of at most `ReceiverLimits.inlineByteCountMax` bytes, as it arrived and inflated, and
  /// with a larger one later, on a thread of NIO's pool for work that blocks. Until then the budget is charged with both.
  /// - Parameter work: gets the inflated payload, or why there is none: what `Inflater.inflate` throws, with
  ///   `bodyTooLarge` for what would not fit the budget if nothing else were there.
  static func run(
    _ payload: ArrivedPayload, in coding: ContentCoding = .identity, limits: ReceiverLimits, budget: ByteBudget,
    _ work: @escaping @Sendable (Result<ByteBuffer, Refusal>) -> Void
  ) {
    let limit = min(limits.bodyByteCountMax, budget.arrivingLimit - payload.charge)
    let inlineLimit = min(limits.inlineByteCountMax, limit)
    if payload.bytes.readableBytes <= limits.inlineByteCountMax,
      run(payload, in: coding, limit: inlineLimit, isLast: inlineLimit == limit, budget, work)
    {
      return
    }
    NIOThreadPool.singleton.submit { _ in _ = run(payload, in: coding, limit: limit, isLast: true, budget, work) }
  }

  /// - Parameter isLast: whether a payload that is longer than `limit` is refused for good.
  /// - Returns: whether the work is done.
  private static func run(
    _ payload: ArrivedPayload, in coding: ContentCoding, limit: Int, isLast: Bool, _ budget: ByteBudget,
    _ work: (Result<ByteBuffer, Refusal>) -> Void
  ) -> Bool {
    var inflated = ArrivedPayload(bytes: payload.bytes, charge: 0)
    var refusal: Refusal?
    if coding != .identity {
      do throws(Refusal) {
        inflated = try Inflater.ofThisThread.inflate(payload.bytes, from: coding, limit: limit, budget: budget)
      } catch .bodyTooLarge where !isLast {
        return false
      } catch {
        refusal = error
      }
    }
    work(refusal.map { .failure($0) } ?? .success(inflated.bytes))
    budget.give(inflated.charge + payload.charge)
    return true
  }
}
