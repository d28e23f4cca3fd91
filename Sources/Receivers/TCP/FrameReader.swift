import NIOCore

/// Cuts a stream of bytes into frames of a 4-byte big-endian length and as many bytes.
struct FrameReader: ~Copyable {
  enum Step {
    /// The input is used up.
    case needsMore
    case frame(ArrivedPayload)
    /// No frame can follow this.
    case refused(Refusal)
  }

  private let byteCountMax: Int
  private let byteCountUnderWayMax: Int
  private var header: UInt32 = 0
  private var headerByteCount = 0
  private var payload: PayloadBuffer

  init(limits: ReceiverLimits, budget: ByteBudget) {
    byteCountMax = limits.bodyByteCountMax
    byteCountUnderWayMax = budget.arrivingLimit
    payload = PayloadBuffer(budget: budget, reservedMax: limits.byteCountReservedMax)
  }

  /// Whether a frame has begun and not ended.
  var isInsideFrame: Bool { headerByteCount > 0 }

  /// Reads up to the end of the next frame.
  mutating func next(from input: inout ByteBuffer) -> Step {
    if headerByteCount < 4 {
      if headerByteCount == 0, let whole = input.readInteger(as: UInt32.self) {
        header = whole
        headerByteCount = 4
      }
      while headerByteCount < 4 {
        guard let byte = input.readInteger(as: UInt8.self) else { return .needsMore }
        header = header << 8 | UInt32(byte)
        headerByteCount += 1
      }
      guard header <= byteCountMax else {
        return .refused(.frameTooLarge(byteCount: Int(header), limit: byteCountMax))
      }
    }
    let length = Int(header)
    if let part = input.readSlice(length: min(input.readableBytes, length - payload.byteCount)), part.readableBytes > 0
    {
      guard payload.append(part, total: length) else {
        return .refused(.receiveMemoryFull(limit: byteCountUnderWayMax))
      }
    }
    guard payload.byteCount == length else { return .needsMore }
    clear()
    return .frame(payload.take())
  }

  /// Forgets the frame under way.
  mutating func abandon() {
    clear()
    payload.clear()
  }

  private mutating func clear() {
    header = 0
    headerByteCount = 0
  }
}
