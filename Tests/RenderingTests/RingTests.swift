import Testing
import TraceModel

@testable import Rendering

/// A ring and what was found in it, printed as they were approved.
@Suite struct RingTests {
  static let ring = RingFacts(
    id: "00112233445566778899aabbccddeeff", formatMajor: 2, formatMinor: 0, capacityByteCount: 32 << 20, slotCount: 63,
    slotByteCount: 512 << 10, createdAt: Timestamp(unixSeconds: 1_700_000_000))

  static let listing: RingListing = {
    var slots: [SlotFacts] = []
    for slot in 0..<3 as Range<UInt32> {
      var facts = SlotFacts(slot: slot, state: slot == 2 ? .head : slot == 1 ? .unsealed : .sealed)
      facts.segment = UInt64(slot) + 64
      facts.spanCount = [12_345, 6_000, 7][Int(slot)]
      facts.blockCount = [17, 9, 1][Int(slot)]
      facts.usedByteCount = [524_288, 400_000, 8192][Int(slot)]
      facts.oldestArrival = Timestamp(unixSeconds: 1_700_000_000 + UInt64(slot) * 100)
      facts.newestArrival = Timestamp(unixSeconds: 1_700_000_099 + UInt64(slot) * 100)
      facts.earliestEnd = Timestamp(unixSeconds: 1_699_999_999 + UInt64(slot) * 100)
      facts.latestEnd = Timestamp(unixSeconds: 1_700_000_098 + UInt64(slot) * 100)
      facts.incarnation = 3
      slots.append(facts)
    }
    slots.append(SlotFacts(slot: 3, state: .damaged))
    slots.append(SlotFacts(slot: 4, state: .unreadable))
    slots += (5..<63).map { SlotFacts(slot: $0, state: .free) }
    return RingListing(ring: ring, slots: slots)
  }()

  static let check: RingCheck = {
    var check = RingCheck(ring: ring, isDeep: true)
    (check.slotCount, check.blockCount, check.spanCount, check.byteCount) = (63, 27, 18_352, 932_480)
    check.add(RingFinding(.heals, "superblock", reason: "one of the two copies is damaged"))
    check.add(
      RingFinding(
        .lost, "block", slot: 0, segment: 64, offset: 61_440, reason: "malformed section 13: checksum",
        loss: RingFinding.Loss(sequences: 900...900, spanCount: 512)))
    check.add(
      RingFinding(
        .lost, "block", segment: 66, reason: "blocks between segments 64 and 66 are nowhere",
        loss: RingFinding.Loss(sequences: 917...925)))
    check.add(
      RingFinding(.heals, "trace index", slot: 0, segment: 64, offset: 499_712, reason: "\u{1b}[31mchecksum\n"))
    check.overwrittenSlots = [7]
    return check
  }()

  static let block = BlockFacts(
    slot: 2, segment: 66, offset: 4096, kind: "spans", spanCount: 7, byteCount: 8192, sequence: 926,
    durableSequence: 925, incarnation: 3, receivedAt: Timestamp(unixSeconds: 1_700_000_200),
    earliestEnd: Timestamp(unixSeconds: 1_700_000_199),
    latestEnd: Timestamp(unixNanoseconds: 1_700_000_298_000_000_001),
    sections: [
      BlockFacts.Section(
        id: 1, name: "traceIDs", codec: "verbatim", offset: 480, storedByteCount: 112, rawByteCount: 112),
      BlockFacts.Section(id: 99, name: nil, codec: "codec 20", offset: 592, storedByteCount: 40, rawByteCount: 4000),
    ])

  @Test func `a ring's slots are printed as they were approved`() throws {
    try Golden.expect(RingTable(Self.listing).text, "ring-ls.txt")
    try Golden.expect(RingTable(Self.listing, style: .ansi, bars: true).text, "ring-ls.ansi")
    try Golden.expect(String(decoding: RingJSON.encode(Self.listing), as: UTF8.self), "ring-ls.json")
  }

  @Test func `an empty ring says so`() {
    let listing = RingListing(ring: Self.ring, slots: (0..<63).map { SlotFacts(slot: $0, state: .free) })
    let lines = RingTable(listing).text.split(separator: "\n")
    #expect(lines.count == 4 && lines[2].contains("free ×63") && lines[3].contains("no spans"))
  }

  @Test func `a check is printed as it was approved`() throws {
    try Golden.expect(RingCheckText(Self.check).text, "ring-check.txt")
    try Golden.expect(RingCheckText(Self.check, style: .ansi).text, "ring-check.ansi")
    try Golden.expect(String(decoding: RingJSON.encode(Self.check), as: UTF8.self), "ring-check.json")
  }

  @Test func `the verdict is the worst that was found`() {
    var check = RingCheck(ring: Self.ring, isDeep: false)
    #expect(check.verdict == .clean && RingCheckText(check).text.hasSuffix("\nclean\n"))
    #expect(RingCheckText(check).text.contains("--deep"))
    check.add(RingFinding(.heals, "trailer", reason: "checksum"))
    #expect(check.verdict == .heals && RingCheckText(check).text.contains("1 finding;"))
    for _ in 0..<RingCheck.findingCountMax { check.add(RingFinding(.lost, "block", reason: "checksum")) }
    #expect(check.verdict == .lost && check.findings.count == RingCheck.findingCountMax)
    #expect(RingCheckText(check).text.contains("and 1 more") && !check.lostSpans.isExact)
  }

  @Test func `a block is printed as it was approved`() throws {
    try Golden.expect(BlockText(Self.block).text, "ring-dump.txt")
    let lines = RingJSON.line(Self.block) + RingJSON.line(damageIn: 1, segment: 65, offset: 8192, reason: "checksum")
    try Golden.expect(String(decoding: lines, as: UTF8.self), "ring-dump.json")
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1_048_575, "1 MiB"), (33_030_144, "31.5 MiB"),
      (10 << 30, "10 GiB"), (UInt64.max, "16 EiB"),
    ] as [(UInt64, String)])
  func `sizes have the unit that keeps them short`(size: UInt64, text: String) {
    #expect(size.byteText == text)
  }
}
