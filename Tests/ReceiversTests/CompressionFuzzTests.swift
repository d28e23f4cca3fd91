import NIOCore
import Testing

@testable import Receivers

@Suite struct CompressionFuzzTests {
  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `whatever is inflated ends in bytes or in a refusal`(coding: ContentCoding) {
    for seed in FuzzRandom.seeds(600) {
      var random = FuzzRandom(seed: seed)
      var bytes = Self.packed(coding, &random)
      random.mutate(&bytes)
      let input = FuzzedBytes.input(bytes, &random)
      do {
        try FuzzedBytes.inflate(input, from: coding)
      } catch {
        Issue.record("SPOOR_SEED=\(seed): \(error)")
      }
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
