import Testing

@Suite struct FrameFuzzTests {
  @Test func `a stream of any bytes in any pieces makes the frames that a plain reader finds`() {
    for seed in FuzzRandom.seeds(1500) {
      var random = FuzzRandom(seed: seed)
      let input = FuzzedBytes.input(Self.stream(&random), &random)
      do { try FuzzedBytes.frames(input) } catch { Issue.record("SPOOR_SEED=\(seed): \(error)") }
    }
  }

  /// Frames of several sizes, some of them damaged.
  private static func stream(_ random: inout FuzzRandom) -> [UInt8] {
    let most = FuzzedBytes.frameByteCountMax
    var stream: [UInt8] = []
    for _ in 0..<random.below(20) {
      let count = random.one(of: [0, 0, 1, 3, 4, 100, random.below(most), most])
      stream += [24, 16, 8, 0].map { UInt8(count >> $0 & 255) }
      stream += (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    if random.below(2) == 0 { random.mutate(&stream) }
    return stream
  }
}
