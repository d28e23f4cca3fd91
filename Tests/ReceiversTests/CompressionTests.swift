import NIOCore
import Testing

@testable import Receivers

@Suite struct CompressionTests {
  private let budget = ByteBudget(limit: 1 << 30)

  private func inflate(
    _ bytes: [UInt8], _ coding: ContentCoding, limit: Int = 64 << 20, with inflater: Inflater = Inflater()
  ) throws -> [UInt8] {
    defer { #expect(budget.usedByteCount == 0) }
    let inflated = try inflater.inflate(ByteBuffer(bytes: bytes), from: coding, limit: limit, budget: budget)
    #expect(inflated.charge >= inflated.bytes.readableBytes && budget.usedByteCount == inflated.charge)
    budget.give(inflated.charge)
    return Array(inflated.bytes.readableBytesView)
  }

  private func deflate(_ bytes: [UInt8], _ coding: ContentCoding) -> [UInt8] {
    let deflated = Deflater.ofThisThread.deflate(bytes, to: coding)
    #expect(deflated.coding == coding)
    return Array(deflated.bytes.readableBytesView)
  }

  /// Bytes that shrink to a tenth or so, as spans do.
  private func text(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    while bytes.count < count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes += Array("span \(state >> 60) of service \(state >> 62), ".utf8)
    }
    return Array(bytes.prefix(count))
  }

  // MARK: - What others made

  @Test(
    arguments: [
      // Python's gzip and zlib; a header with an extra field, a name and a comment; zstd's program, with a checksum; a frame that
      // asks for a window of 128 MiB and says no length.
      (.gzip, "1f8b08000000000002032b2e48cc2b0600260a086805000000"), (.deflate, "789c2b2e48cc2b060006760226"),
      (.gzip, "1f8b081c00000000000303006162636e616d6500636f6d6d656e74002b2e48cc2b0600260a086805000000"),
      (.zstd, "28b52ffd04582900007370616e739e927ffd"),
      (.zstd, "28b52ffd0088290000" + "7370616e73"),
    ] as [(ContentCoding, String)])
  func `what other programs made is inflated`(coding: ContentCoding, hex: String) throws {
    #expect(try inflate(bytes(hex), coding) == Array("spans".utf8))
  }

  // MARK: - Round trips

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate], [1, 100, 4096, 65_537, 1 << 20, 3_000_001])
  func `what we compress comes back`(coding: ContentCoding, count: Int) throws {
    let payload = text(count)
    let packed = deflate(payload, coding)
    if count > 1000 { #expect(packed.count < count / 4) }
    #expect(try inflate(packed, coding) == payload)
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `an inflater takes one payload after another, and the first stays as it was`(coding: ContentCoding) throws {
    let inflater = Inflater()
    let (first, second) = (text(10_000), text(20_000, seed: 2))
    let kept = try inflater.inflate(
      ByteBuffer(bytes: deflate(first, coding)), from: coding, limit: 1 << 20, budget: budget)
    budget.give(kept.charge)
    #expect(throws: Refusal.malformedCompression(coding)) { try inflate(Array("no".utf8), coding, with: inflater) }
    #expect(try inflate(deflate(second, coding), coding, with: inflater) == second)
    #expect(Array(kept.bytes.readableBytesView) == first)
  }

  @Test(arguments: ContentCoding.allCases)
  func `a payload without a byte is empty in every coding`(coding: ContentCoding) throws {
    #expect(try inflate([], coding) == [])
    #expect(Deflater.ofThisThread.deflate([], to: coding).coding == .identity)
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `members and frames one behind another are one payload`(coding: ContentCoding) throws {
    let parts = [text(10), text(100_000), text(1), text(50_000, seed: 3)]
    #expect(try inflate(parts.flatMap { deflate($0, coding) }, coding) == parts.flatMap(\.self))
  }

  @Test func `skippable frames are skipped`() throws {
    let skippable = bytes("5a2a4d18" + "03000000" + "616263")
    let frame = deflate(text(1000), .zstd)
    #expect(try inflate(skippable + frame + skippable + frame, .zstd) == text(1000) + text(1000))
    #expect(throws: Refusal.malformedCompression(.zstd)) { try inflate(skippable.dropLast(), .zstd) }
  }

  // MARK: - Hostile ones

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `a payload cut off anywhere is refused`(coding: ContentCoding) throws {
    let packed = deflate(text(2000), coding)
    for count in 1..<packed.count {
      #expect(throws: Refusal.malformedCompression(coding), "\(count)") { try inflate(Array(packed[..<count]), coding) }
    }
  }

  @Test(
    arguments: [ContentCoding.gzip, .zstd, .deflate], [[0], [0, 0, 0, 0, 0, 0, 0, 0], Array("garbage behind it".utf8)])
  func `something else behind the payload is refused`(coding: ContentCoding, garbage: [UInt8]) throws {
    #expect(throws: Refusal.malformedCompression(coding)) { try inflate(deflate(text(2000), coding) + garbage, coding) }
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `the limit is the longest result, to the byte`(coding: ContentCoding) throws {
    for count in [1, 4095, 4096, 100_000] {
      let packed = deflate(text(count), coding)
      #expect(try inflate(packed, coding, limit: count).count == count)
      #expect(throws: Refusal.bodyTooLarge(limit: count - 1)) { try inflate(packed, coding, limit: count - 1) }
      #expect(throws: Refusal.bodyTooLarge(limit: count)) { try inflate(packed + packed, coding, limit: count) }
    }
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `a bomb is inflated up to the limit and no further`(coding: ContentCoding) throws {
    let bomb = deflate([UInt8](repeating: 0, count: 10 << 20), coding)
    #expect(bomb.count < 12_000)
    #expect(try inflate(bomb, coding).count == 10 << 20)
    #expect(throws: Refusal.bodyTooLarge(limit: 1 << 20)) { try inflate(bomb, coding, limit: 1 << 20) }
    // Of what is in flight there may be no more than the budget says.
    let small = ByteBudget(limit: 4 << 20)
    #expect(throws: Refusal.receiveMemoryFull(limit: 2 << 20)) {
      try Inflater().inflate(ByteBuffer(bytes: bomb), from: coding, limit: 64 << 20, budget: small)
    }
    #expect(small.usedByteCount == 0)
  }

  @Test(arguments: [ContentCoding.gzip, .zstd])
  func `a length that lies gets little memory`(coding: ContentCoding) throws {
    var packed = deflate(text(1000), coding)
    // gzip's trailer says 1 GiB; zstd's header says 16 EiB in a frame without a checksum.
    switch coding {
    case .gzip: packed.replaceSubrange(packed.count - 4..<packed.count, with: [0, 0, 0, 0x40])
    default: packed = bytes("28b52ffdc000" + "fdffffffffffffff" + "290000" + "7370616e73")
    }
    let small = ByteBudget(limit: 64 << 10)
    #expect(throws: Refusal.malformedCompression(coding)) {
      try Inflater().inflate(ByteBuffer(bytes: packed), from: coding, limit: 1 << 30, budget: small)
    }
  }

  @Test(
    arguments: [
      // The other two formats around a stream of deflate each, the format of zstd 0.7, a frame that needs a dictionary, a reserved block.
      (.gzip, "789c2b2e48cc2b060006760226"), (.gzip, "2b2e48cc2b0600"), (.deflate, "2b2e48cc2b0600"),
      (.deflate, "1f8b08000000000002032b2e48cc2b0600260a086805000000"), (.zstd, "27b52ffd04582900007370616e739e927ffd"),
      (.zstd, "28b52ffd2101" + "05" + "290000" + "7370616e73"), (.zstd, "28b52ffd2005" + "2f0000" + "7370616e73"),
    ] as [(ContentCoding, String)])
  func `what is not of the coding is refused`(coding: ContentCoding, hex: String) throws {
    #expect(throws: Refusal.malformedCompression(coding)) { try inflate(bytes(hex), coding) }
  }

  @Test(arguments: [ContentCoding.gzip, .zstd, .deflate])
  func `a flipped bit is seen, or changes nothing`(coding: ContentCoding) throws {
    let payload = text(300)
    let packed = deflate(payload, coding)
    for bit in 0..<8 * packed.count {
      var flipped = packed
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      // zstd's frames need not have a checksum: there it is enough that nothing worse happens.
      guard let inflated = try? inflate(flipped, coding, limit: 1 << 16), coding != .zstd else { continue }
      #expect(inflated == payload, "bit \(bit)")
    }
  }

  @Test(
    arguments: [
      ("gzip", .gzip), ("GZIP", .gzip), ("x-gzip", .gzip), ("zstd", .zstd), ("Identity", .identity),
      ("deflate", .deflate), ("zlib", .deflate), ("br", nil), ("", nil), ("gzip, gzip", nil),
    ] as [(String, ContentCoding?)])
  func `codings are known by their names`(name: String, coding: ContentCoding?) {
    #expect(ContentCoding(named: name) == coding)
  }
}

private func bytes(_ hex: String) -> [UInt8] {
  let digits = Array(hex)
  return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
}
