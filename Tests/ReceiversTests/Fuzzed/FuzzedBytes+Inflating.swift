import NIOCore

@testable import Receivers

extension FuzzedBytes {
  private static let inflater = Inflater()

  static func gzip(_ input: [UInt8]) throws { try inflate(input, from: .gzip) }
  static func deflate(_ input: [UInt8]) throws { try inflate(input, from: .deflate) }
  static func zstd(_ input: [UInt8]) throws { try inflate(input, from: .zstd) }

  /// Whatever is said to be compressed ends in bytes or in a refusal, stays within its limit and budget, and leaves
  /// nothing charged.
  static func inflate(_ input: [UInt8], from coding: ContentCoding) throws {
    var (random, bytes) = opened(input)
    let limit = random.one(of: [0, 100, 10_000, 1 << 20])
    let budget = ByteBudget(limit: random.one(of: [1000, 4 << 20]))
    do {
      let inflated = try inflater.inflate(ByteBuffer(bytes: bytes), from: coding, limit: limit, budget: budget)
      try hold(inflated.bytes.readableBytes <= limit, "\(inflated.bytes.readableBytes) bytes are at most \(limit)")
      budget.give(inflated.charge)
    } catch let error as Refusal {
      let known: [Refusal] = [
        .malformedCompression(coding), .bodyTooLarge(limit: limit), .receiveMemoryFull(limit: budget.arrivingLimit),
      ]
      try hold(known.contains(error), "\(error) is one of \(known)")
    }
    try hold(budget.usedByteCount == 0, "nothing stays charged")
  }
}
