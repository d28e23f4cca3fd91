import Testing
import TraceModel

@testable import RingStore

@Suite struct AttributeFilterTests {
  private static func answers(
    _ filter: AttributeFilter, _ token: UInt32, blockCount: Int
  ) throws -> AttributeFilter.Answers {
    let place = BlockTests.place
    let pages = filter.pages(segment: 3, at: place)
    let number = AttributeFilter.page(of: token, pageCount: pages.count / 4096)
    var home = place
    home.offset += UInt64(number * 4096)
    return try AttributeFilter.Answers(
      token: token, page: pages[(number * 4096)...].prefix(4096), blockCount: blockCount, segment: 3, at: home)
  }

  @Test(arguments: [1, 5, 64, 65, 700])
  func `a filter denies no token of a block and claims few that it has not`(blockCount: Int) throws {
    var random = SplitMix64(state: UInt64(blockCount))
    let common = (0..<20).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    let blocks = (0..<blockCount).map { _ in
      common + (0..<(blockCount > 100 ? 10 : 300)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    }
    let filter = AttributeFilter(blocks, byteCountMax: 1 << 20)
    var (claimed, asked, claimedSegments) = (0, 0, 0)
    for block in stride(from: 0, to: blockCount, by: max(1, blockCount / 12)) {
      for token in blocks[block].prefix(30) {
        let answers = try Self.answers(filter, token, blockCount: blockCount)
        #expect(answers.maySegmentHave && answers.mayBlockHave(block))
      }
      for token in blocks[block].dropFirst(20).prefix(8) {
        let answers = try Self.answers(filter, token, blockCount: blockCount)
        let others = (0..<blockCount).filter { $0 != block && answers.mayBlockHave($0) }.count
        (claimed, asked) = (claimed + others, asked + blockCount)
      }
      for _ in 0..<10 {
        let absent = UInt32(truncatingIfNeeded: random.next())
        if try Self.answers(filter, absent, blockCount: blockCount).maySegmentHave { claimedSegments += 1 }
      }
    }
    #expect(claimed * 16 <= asked && claimedSegments <= 12)
  }

  @Test func `a filter that may not be as large as it wants to be still denies nothing`() throws {
    var random = SplitMix64(state: 3)
    let blocks = (0..<10).map { _ in (0..<5000).map { _ in UInt32(truncatingIfNeeded: random.next()) } }
    let filter = AttributeFilter(blocks, byteCountMax: 8192)
    #expect(filter.pages(segment: 3, at: BlockTests.place).count == 8192)
    for (block, tokens) in blocks.enumerated() {
      for token in tokens.prefix(50) {
        #expect(try Self.answers(filter, token, blockCount: 10).mayBlockHave(block))
      }
    }
  }

  @Test func `zone maps say what a batch has, and come back from a directory`() throws {
    var maker = SearchableSpans(seed: 1)
    let spans = (0..<50).map { maker.span($0) }
    let zone = ZoneMap(of: SpanBatch(spans))
    #expect(zone.earliestStart == spans.map(\.start).min() && zone.latestStart == spans.map(\.start).max())
    #expect(zone.longest == spans.map(\.duration).max())
    #expect(Int(zone.errorCount) == spans.count { $0.status.code == .error })
    for span in spans {
      #expect(zone.kinds & ZoneMap.bit(of: span.kind) != 0)
      if let service = span.resource.serviceName { #expect(zone.services.contains(ServiceBits(of: service))) }
    }
    #expect(zone.outcomes == .max && !zone.services.contains(ServiceBits(of: "nobody")))
    #expect(ZoneMap.bit(of: SpanKind(rawValue: -1)) == 128 && ZoneMap.bit(of: SpanKind(rawValue: 7)) == 128)
    var entry = [UInt8](repeating: 0, count: BlockDescriptor.entryByteCount)
    zone.encode(into: &entry)
    #expect(ZoneMap(entry: entry[...]) == zone)
  }
}
