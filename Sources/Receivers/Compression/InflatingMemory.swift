import NIOCore

/// What an `Inflater` works with: the libraries' memory, and where the last payload was inflated to.
struct InflatingMemory {
  private var deflate: DeflateDecoder?
  private var zstd: ZstdDecoder?
  /// Its memory is used again once nobody holds that payload any more.
  private var output = ByteBuffer()

  /// See `Inflater.inflate`.
  mutating func inflate(
    _ payload: ByteBuffer, from coding: ContentCoding, limit: Int, budget: ByteBudget
  ) throws(Refusal) -> ArrivedPayload {
    if coding == .identity { return ArrivedPayload(bytes: payload, charge: 0) }
    var payload = payload
    var space = Space(limit: limit, budget: budget)
    defer { if output.capacity > Self.keptByteCountMax { output = ByteBuffer() } }
    try space.grow(to: firstByteCount(of: payload, in: coding))
    output.clear(minimumCapacity: space.byteCount)
    while payload.readableBytes > 0 {
      switch try inflateFirstPart(of: payload, from: coding, into: space.byteCount, budget) {
      case .inflated(let inputByteCount): payload.moveReaderIndex(forwardBy: inputByteCount)
      case .outOfSpace:
        try space.grow(to: 2 * space.byteCount)
        output.reserveCapacity(space.byteCount)
      case .malformed: throw .malformedCompression(coding)
      }
    }
    return ArrivedPayload(bytes: output, charge: space.takeCharge())
  }

  /// More than this is not kept for the next payload.
  private static let keptByteCountMax = 1 << 20

  /// What a payload says of its length is believed as far as it is usual: spans shrink to a tenth, seldom to a
  /// thirtieth. Who exaggerates gets no more memory for it than others do, and who is silent is asked again.
  private func firstByteCount(of payload: ByteBuffer, in coding: ContentCoding) -> Int {
    let usual = 32 * payload.readableBytes
    let said: UInt64? =
      switch coding {
      case .identity, .deflate: nil
      // The length of the last member, of which there is mostly one.
      case .gzip:
        payload.getInteger(at: payload.writerIndex - 4, endianness: .little, as: UInt32.self).map { UInt64($0) }
      case .zstd: ZstdDecoder.contentByteCount(of: payload.readableBytesSpan)
      }
    return max(4096, min(usual, said.map { Int(clamping: $0) } ?? usual / 4))
  }

  private mutating func inflateFirstPart(
    of payload: ByteBuffer, from coding: ContentCoding, into byteCount: Int, _ budget: ByteBudget
  ) throws(Refusal) -> InflatingStep {
    let left = byteCount - output.readableBytes
    var step = InflatingStep.malformed
    switch coding {
    case .identity: break
    case .gzip, .deflate:
      let decoder = try Self.kept(&deflate, budget) { DeflateDecoder() }
      let wrapper = coding == .gzip ? DeflateWrapper.gzip : .zlib
      output.writeWithOutputRawSpan(minimumWritableBytes: left) { span in
        step = decoder.inflateMember(of: payload.readableBytesSpan, wrapper, into: &span, byteCountMax: left)
      }
    case .zstd:
      let decoder = try Self.kept(&zstd, budget) { ZstdDecoder() }
      output.writeWithOutputRawSpan(minimumWritableBytes: left) { span in
        step = decoder.inflateFrame(of: payload.readableBytesSpan, into: &span, byteCountMax: left)
      }
    }
    return step
  }

  private static func kept<Decoder>(
    _ decoder: inout Decoder?, _ budget: ByteBudget, making make: () -> Decoder?
  ) throws(Refusal) -> Decoder {
    if let decoder { return decoder }
    guard let made = make() else { throw .receiveMemoryFull(limit: budget.arrivingLimit) }
    decoder = made
    return made
  }
}

extension InflatingMemory {
  /// How long the result may become at the moment, charged to the budget. The buffer may have more room, up to a power of
  /// two, whose pages nobody touches.
  private struct Space: ~Copyable {
    private let limit: Int
    private let budget: ByteBudget
    private(set) var byteCount = 0
    /// Of an empty result too.
    private var hasBegun = false

    init(limit: Int, budget: ByteBudget) {
      self.limit = limit
      self.budget = budget
    }

    deinit { budget.give(byteCount) }

    /// What is charged, for whoever gives it back.
    mutating func takeCharge() -> Int {
      defer { byteCount = 0 }
      return byteCount
    }

    /// - Throws: `bodyTooLarge` when there is no more to be had, `receiveMemoryFull`.
    mutating func grow(to wanted: Int) throws(Refusal) {
      guard byteCount < limit || !hasBegun else { throw .bodyTooLarge(limit: limit) }
      hasBegun = true
      let next = min(wanted, limit)
      guard budget.take(next - byteCount) else { throw .receiveMemoryFull(limit: budget.arrivingLimit) }
      byteCount = next
    }
  }
}
