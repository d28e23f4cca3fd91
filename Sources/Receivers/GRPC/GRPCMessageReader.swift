import NIOCore

struct GRPCMessage {
  let payload: ArrivedPayload
  let isCompressed: Bool
}

/// Takes the one message of a unary call out of its DATA: a byte that says whether it is compressed, a 4-byte big-endian
/// length, and as many bytes.
struct GRPCMessageReader: ~Copyable {
  private static let prefixByteCount = 5

  private let byteCountMax: Int
  private let byteCountUnderWayMax: Int
  private var prefix: UInt64 = 0
  private var prefixByteCount = 0
  private var message: PayloadBuffer

  /// - Parameter byteCountMax: the longest message in bytes.
  init(byteCountMax: Int, limits: ReceiverLimits, budget: ByteBudget) {
    self.byteCountMax = byteCountMax
    byteCountUnderWayMax = budget.arrivingLimit
    message = PayloadBuffer(budget: budget, reservedMax: limits.byteCountReservedMax)
  }

  /// How much of the message has not come yet; nothing while its length is unknown.
  var byteCountLeft: Int { prefixByteCount == Self.prefixByteCount ? length - message.byteCount : 0 }

  /// - Throws: `malformedCall`, `bodyTooLarge`, `receiveMemoryFull`.
  mutating func take(_ part: ByteBuffer) throws(Refusal) {
    var part = part
    try readPrefix(from: &part)
    guard part.readableBytes > 0 else { return }
    guard part.readableBytes <= byteCountLeft else { throw .malformedCall("it has more than one message") }
    guard message.append(part, total: length) else { throw .receiveMemoryFull(limit: byteCountUnderWayMax) }
  }

  /// The message, now that the call has ended. Afterwards there is none.
  ///
  /// - Throws: `malformedCall`, `truncatedBody`.
  mutating func finish() throws(Refusal) -> GRPCMessage {
    guard prefixByteCount > 0 else { throw .malformedCall("it has no message") }
    guard prefixByteCount == Self.prefixByteCount, byteCountLeft == 0 else { throw .truncatedBody }
    return GRPCMessage(payload: message.take(), isCompressed: isCompressed)
  }

  private var length: Int { Int(prefix & 0xffff_ffff) }
  private var isCompressed: Bool { prefix >> 32 == 1 }

  private mutating func readPrefix(from part: inout ByteBuffer) throws(Refusal) {
    guard prefixByteCount < Self.prefixByteCount else { return }
    while prefixByteCount < Self.prefixByteCount {
      guard let byte = part.readInteger(as: UInt8.self) else { return }
      prefix = prefix << 8 | UInt64(byte)
      prefixByteCount += 1
    }
    guard prefix >> 32 <= 1 else { throw .malformedCall("its message begins with neither 0 nor 1") }
    guard length <= byteCountMax else { throw .bodyTooLarge(limit: byteCountMax) }
  }
}
