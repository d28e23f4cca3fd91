import NIOCore
import Testing

@testable import Receivers

/// Whatever is said to be compressed: it traps nowhere, stays within its limit and budget, and leaves nothing charged.
@Suite struct CompressionFuzzTests {
  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `whatever is inflated ends in bytes or in a refusal`(coding: ContentCoding) throws {
    let inflater = Inflater()
    for seed in FuzzRandom.seeds(600) {
      var random = FuzzRandom(seed: seed)
      var bytes = Self.packed(coding, &random)
      random.mutate(&bytes)
      let limit = random.one(of: [0, 100, 10_000, 1 << 20])
      let budget = ByteBudget(limit: random.one(of: [1000, 4 << 20]))
      do throws(Refusal) {
        let inflated = try inflater.inflate(ByteBuffer(bytes: bytes), from: coding, limit: limit, budget: budget)
        #expect(inflated.readableBytes <= limit, "seed \(seed)")
      } catch {
        #expect(
          [.malformedCompression(coding), .bodyTooLarge(limit: limit), .receiveMemoryFull(limit: budget.limit)]
            .contains(error), "seed \(seed)")
      }
      #expect(budget.usedByteCount == 0, "seed \(seed)")
    }
  }

  /// Members or frames of texts of any kind, from noise to zeros.
  private static func packed(_ coding: ContentCoding, _ random: inout FuzzRandom) -> [UInt8] {
    (0...random.below(3)).flatMap { _ in
      let variety = random.one(of: [1, 3, 40, 256])
      let text = (0..<random.one(of: [1, 50, 2000])).map { _ in UInt8(random.below(variety)) }
      let repeated = Array(repeatElement(text, count: random.one(of: [1, 1, 1, 20])).joined())
      return Array(Deflater.ofThisThread.deflate(repeated, to: coding).bytes.readableBytesView)
    }
  }
}
