import NIOCore
import NIOPosix

/// Where a payload is inflated and handed to the sink. A large one would keep all connections of its event loop waiting,
/// the longer the more malicious its sender is: inflating may cost 50 ns a byte, so 64 MiB more than three seconds.
enum PayloadLane {
  /// Does `work` at once for a payload of at most `ReceiverLimits.inlineByteCountMax` bytes, and for a larger one later, on
  /// a thread of NIO's pool for work that blocks.
  /// Then gives its charge back.
  static func run(
    _ payload: ArrivedPayload, limits: ReceiverLimits, budget: ByteBudget,
    _ work: @escaping @Sendable (ByteBuffer) -> Void
  ) {
    if payload.bytes.readableBytes <= limits.inlineByteCountMax {
      work(payload.bytes)
      return budget.give(payload.charge)
    }
    NIOThreadPool.singleton.submit { _ in
      work(payload.bytes)
      budget.give(payload.charge)
    }
  }
}
