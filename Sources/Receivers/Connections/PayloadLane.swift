import NIOCore
import NIOPosix

/// Where a payload is inflated and handed to the sink. A large one would keep all connections of its event loop waiting,
/// the longer the more malicious its sender is: inflating may cost 50 ns a byte, so 64 MiB more than three seconds; and
/// some bytes may inflate to all of those.
enum PayloadLane {
  /// Does `work` at once with a payload of at most `ReceiverLimits.inlineByteCountMax` bytes, and with a larger one later, on
  /// a thread of NIO's pool for work that blocks. Until it is done the budget is charged with the payload.
  static func run(
    _ payload: ArrivedPayload, limits: ReceiverLimits, budget: ByteBudget,
    _ work: @escaping @Sendable (ByteBuffer) -> Void
  ) {
    let finish: @Sendable () -> Void = {
      work(payload.bytes)
      budget.give(payload.charge)
    }
    if payload.bytes.readableBytes <= limits.inlineByteCountMax { return finish() }
    NIOThreadPool.singleton.submit { _ in finish() }
  }

  /// The same with a payload that may be compressed; `ReceiverLimits.inlineByteCountMax` is about what it inflates to as
  /// well, and the budget is charged with both.
  /// - Parameter work: gets the inflated payload, or why there is none: what `Inflater.inflate` throws, with
  ///   `bodyTooLarge` for what would not fit the budget if nothing else were there.
  static func run(
    _ payload: ArrivedPayload, in coding: ContentCoding, limits: ReceiverLimits, budget: ByteBudget,
    _ work: @escaping @Sendable (Result<ByteBuffer, Refusal>) -> Void
  ) {
    if coding == .identity { return run(payload, limits: limits, budget: budget) { work(.success($0)) } }
    let limit = min(limits.bodyByteCountMax, budget.arrivingLimit - payload.charge)
    let inlineLimit = min(limits.inlineByteCountMax, limit)
    // A payload's own word on its length is not asked: nobody vouches for it, and to do without means only to inflate
    // what fits inline twice.
    if payload.bytes.readableBytes <= limits.inlineByteCountMax,
      inflate(payload, from: coding, limit: inlineLimit, isLast: inlineLimit == limit, budget, work)
    {
      return
    }
    NIOThreadPool.singleton.submit { _ in _ = inflate(payload, from: coding, limit: limit, isLast: true, budget, work) }
  }

  /// - Parameter isLast: whether a payload that is longer than `limit` is refused for good.
  /// - Returns: whether the work is done.
  private static func inflate(
    _ payload: ArrivedPayload, from coding: ContentCoding, limit: Int, isLast: Bool, _ budget: ByteBudget,
    _ work: (Result<ByteBuffer, Refusal>) -> Void
  ) -> Bool {
    do throws(Refusal) {
      let inflated = try Inflater.ofThisThread.inflate(payload.bytes, from: coding, limit: limit, budget: budget)
      work(.success(inflated.bytes))
      budget.give(inflated.charge + payload.charge)
    } catch .bodyTooLarge where !isLast {
      return false
    } catch {
      work(.failure(error))
      budget.give(payload.charge)
    }
    return true
  }
}
